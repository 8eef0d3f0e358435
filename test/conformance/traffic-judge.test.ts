import { describe, expect, test } from 'vitest'
import { profiles } from '../../src/conformance/profile.js'
import type { KnownDeviation } from '../../src/conformance/profile-file.js'
import { type JudgedTraffic, TrafficJudge } from '../../src/conformance/traffic-judge.js'
import { readFlow } from './flow.js'
import { change, type Mutation, same } from './mutation.js'
import { framesOf, judge, pcapngOf } from './packets.js'

const flows = ['call', 'nat', 'udp-to-tls', 'ws', 'proxy-auth', 'lost']

function judged(
  name: string,
  mutate: Mutation = same,
  missedAfter?: number,
  deviations: readonly KnownDeviation[] = [],
): JudgedTraffic {
  const traffic = new TrafficJudge({ profile: profiles.strict!, deviations }, '2026-11-26')
  for (const [index, { bytes, atMs, secure }] of framesOf(mutate(readFlow(name))).entries()) {
    traffic.packet(atMs ?? 0, bytes, secure)
    if (index === missedAfter) traffic.missed(1)
  }
  return traffic.end()
}

const broken = ({ findings }: JudgedTraffic): string[] =>
  findings.filter(({ verdict }) => verdict === 'violation').map(({ rule }) => rule)

describe('traffic that is judged while it happens', () => {
  test.each(flows)('of %s gives what a capture of it gives', async (name) => {
    const live = judged(name)
    const captured = await judge(pcapngOf(framesOf(readFlow(name))))
    expect(live.messages).toBe(captured.messages)
    expect(broken(live)).toEqual(captured.broken)
    expect(live.coverage.exercised).toBeGreaterThan(10)
  })

  test('shows a violation with its evidence and its verdicts', () => {
    const live = judged('call', change(3, ';tag=b7d9', ''))
    expect(broken(live)).toEqual(['3261-8.2.6.2-6'])
    expect(live.findings[0]?.examples[0]).toContain('To: <sip:bob@example.com>')
    expect(live.coverage.verdicts.find(({ rule }) => rule === '3261-8.2.6.2-6')?.violation).toBe(1)
  })

  test('holds nothing against a product that is known to do it, until the day that is to be looked at again', () => {
    const withoutTag = (day: string) =>
      judged('call', change(3, ';tag=b7d9', '\nServer: thing'), undefined, [
        { rule: '3261-8.2.6.2-6', product: '^thing$', reason: 'it is so', expires: day },
      ])
    expect(broken(withoutTag('2026-11-25'))).toEqual(['3261-8.2.6.2-6'])
    const { findings } = withoutTag('2026-11-27')
    expect(findings.map(({ verdict, rule }) => `${verdict} ${rule}`)).toContain('known deviation 3261-8.2.6.2-6')
  })
})
