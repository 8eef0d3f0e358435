import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linkType } from '../../src/capture/captured-packet.js'
import type { RunResult } from '../../src/model/result.js'
import { pcapngBytes } from '../capture/capture-files.js'
import { impaired, inOrder, call as mediaCall } from '../capture/rtp-traffic.js'
import { readFlow, type Step } from '../conformance/flow.js'
import { change, type Mutation, withLine, without } from '../conformance/mutation.js'
import { pcapOf } from '../conformance/pcap.js'
import { run, temporaryFolder } from './program.js'

function captureOf(steps: readonly Step[], cutBytes = 0): string {
  const file = join(temporaryFolder(), 'trace.pcap')
  const bytes = pcapOf(steps)
  writeFileSync(file, bytes.subarray(0, bytes.length - cutBytes))
  return file
}

const call = (mutate: Mutation = (steps) => steps): string => captureOf(mutate(readFlow('call')))
const withoutMaxForwards = (): string => call(without(1, 'Max-Forwards'))
const withoutTag = (): string => call(change(3, ';tag=b7d9', ''))

const written = (text: string, name: string): string => {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

describe('siploadgen check', () => {
  it('passes a correct call and says how much was exercised', async () => {
    const { code, out } = await run(['check', call()])
    expect(out).toMatch(/7 frames, 7 SIP messages/)
    expect(out).toMatch(/\d+ implemented of \d+ that a capture can decide, \d+ exercised of \d+/)
    expect(code).toBe(0)
  })

  it('shows the RTP of a capture: streams, losses, and calls that were heard one way', async () => {
    const file = join(temporaryFolder(), 'media.pcapng')
    writeFileSync(file, pcapngBytes(inOrder([...mediaCall(), ...impaired(7, 500, { loss: 0.1 })]), linkType.raw))
    const { out } = await run(['check', file, '--format', 'text', '--format', 'json'])
    expect(out).toMatch(/1 RTP streams, 4\d\d packets, \d\d lost/)
    expect(out).toMatch(/answered calls, hop by hop: 1 one-way/)
    expect(out).toMatch(/! one-way: 192\.0\.2\.1:5060 to 192\.0\.2\.9:5060, 4\d\d packets from caller, 0 from callee/)
    expect(out).toMatch(/192\.0\.2\.1:40000 -> 192\.0\.2\.9:50000: \d\d of 500 lost/)
    expect(out).toMatch(/"codecs": ?\[\s*"PCMU"/)
  })

  it('shows a violation with element, lines, bytes, frames and ladder, and fails', async () => {
    const { code, out } = await run(['check', withoutTag()])
    expect(code).toBe(1)
    expect(out).toContain('10.0.0.2:5060/udp')
    expect(out).toMatch(/error 3261-8\.2\.6\.2-6 × 1 {2}A response other than 100 .*\(RFC 3261 8\.2\.6\.2, MUST\)/)
    expect(out).toMatch(/To: <sip:bob@example\.com>\n +\^{25}\n/)
    expect(out).toMatch(/> +3 +0\.100 {2}10\.0\.0\.2:5060 -> 10\.0\.0\.1:5060 {2}180 Ringing/)
    expect(out).toContain('Wireshark: frame.number in {3}')
  })

  it.each([
    ['interop', 'warning', 1],
    ['interop', 'error', 0],
    ['strict', 'error', 1],
    ['interop', 'never', 0],
  ])('in profile %s with --fail-on %s a missing Max-Forwards ends with %i', async (profile, failOn, wanted) => {
    const { code, out } = await run(['check', withoutMaxForwards(), '--profile', profile, '--fail-on', failOn])
    expect(out).toContain('3261-8.1.1.6-1')
    expect(code).toBe(wanted)
  })

  it('takes a profile from a file', async () => {
    const rows = '  - { rule: 3261-8.1.1.6-1, severity: off, reason: ours has none }'
    const file = written(`name: ours\nrules:\n${rows}\n`, 'profile.yaml')
    const { code, out } = await run(['check', withoutMaxForwards(), '--profile', file])
    expect(out).not.toContain('3261-8.1.1.6-1')
    expect(code).toBe(0)
  })

  it.each([
    ['2100-01-01', 0, 'known: Max-Forwards is missing (an old phone; until 2100-01-01)'],
    ['2020-01-01', 1, 'Max-Forwards is missing'],
  ])('a known deviation until %s is shown and ends with %i', async (expires, wanted, shown) => {
    const row = `- { rule: 3261-8.1.1.6-1, product: "^OldPhone", reason: an old phone, expires: ${expires} }\n`
    const deviations = written(row, 'deviations.yaml')
    const named: Mutation = (steps) => withLine(1, 'User-Agent: OldPhone/1')(without(1, 'Max-Forwards')(steps))
    const { code, out } = await run(['check', call(named), '--known-deviations', deviations])
    expect(out).toContain('10.0.0.1:5060/udp (OldPhone/1)')
    expect(out).toContain(shown)
    expect(code).toBe(wanted)
  })

  it('writes the result in every format', async () => {
    const folder = temporaryFolder()
    await run(['check', withoutTag(), '--out', folder, '--quiet'])
    const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult
    const finding = result.findings.find(({ rule }) => rule === '3261-8.2.6.2-6')
    expect(finding).toMatchObject({
      severity: 'error',
      element: '10.0.0.2:5060/udp',
      count: 1,
      verdict: 'violation',
      frames: [3],
    })
    expect(result.coverage.rules.exercised).toBeGreaterThan(50)
    expect(result.verdict).toBe('fail')
    const junit = readFileSync(join(folder, 'junit.xml'), 'utf8')
    expect(junit).toMatch(
      /<testcase classname="conformance" name="3261-8\.2\.6\.2-6: [^"]*" time="0\.000">\n +<failure /,
    )
    expect(junit).toMatch(/name="7118-4\.1-1: [^"]*" time="0\.000">\n +<skipped message="not exercised"\/>/)
    const sarif = JSON.parse(readFileSync(join(folder, 'findings.sarif'), 'utf8')) as {
      runs: { results: { ruleId: string; level: string }[] }[]
    }
    expect(sarif.runs[0]?.results).toMatchObject([{ ruleId: '3261-8.2.6.2-6', level: 'error' }])
    expect(existsSync(join(folder, 'report.html'))).toBe(true)
  })

  it('reads standard input and several files', async () => {
    const { code, out } = await run(['check', call(), withoutTag()])
    expect(out).toMatch(/14 frames/)
    expect(out).toMatch(/trace\.pcap, frame 3/)
    expect(code).toBe(1)
  })

  it('a damaged capture is judged up to the damage: exit 2 without a violation before it, 1 with one', async () => {
    const whole = await run(['check', captureOf(readFlow('call'), 20)])
    expect(whole.out).toMatch(/damaged at byte \d+/)
    expect(whole.code).toBe(2)
    const broken = await run(['check', captureOf(change(3, ';tag=b7d9', '')(readFlow('call')), 20)])
    expect(broken.out).toMatch(/damaged at byte \d+/)
    expect(broken.code).toBe(1)
  })

  it.each([
    ['no capture', () => written('this is no capture at all, only text', 'x.pcap')],
    ['an empty file', () => written('', 'x.pcap')],
    ['a folder', () => temporaryFolder()],
    ['a file that is not there', () => join(temporaryFolder(), 'x.pcap')],
  ])('%s ends with 2, the file and a sentence', async (_, file) => {
    const { code, err } = await run(['check', file()])
    expect(err).toMatch(/^siploadgen: \S+: .*\[capture\/unreadable\]\n$/)
    expect(code).toBe(2)
  })

  it('a capture without SIP is inconclusive', async () => {
    const noise = readFlow('call').map((step) => ({ ...step, raw: Buffer.from('noise') }))
    const { code, out } = await run(['check', captureOf(noise)])
    expect(out).toContain('nothing was exercised')
    expect(code).toBe(3)
  })

  it.each([
    [['--vantage', 'server=10.0.0.1'], /--vantage wants ua=ADDRESS or proxy=ADDRESS/],
    [['--profile', 'nobody'], /nobody: .*\[usage\/profile\]/],
    [['--format', 'pdf'], /there is no format "pdf"/],
  ])('%j is refused', async (options, message) => {
    const { code, err } = await run(['check', call(), ...options])
    expect(err).toMatch(message)
    expect(code).toBe(2)
  })
})
