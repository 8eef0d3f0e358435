import { beforeAll, describe, expect, it } from 'vitest'
import { shiftFacts } from '../../../src/metrics/failover/drill-facts.js'
import { readyHistograms } from '../../../src/metrics/histogram.js'
import type { CallRecord, RegistrationRecord } from '../../../src/model/record.js'
import { DrillBench, faultAt, heard, inVain, ladder, leg, registration, talk } from './drill-bench.js'

beforeAll(readyHistograms)

const fault = faultAt(20_000)

/** What one process remembers whose clock shows `byMs` more than that of the whole run. */
type Tell = (bench: DrillBench, byMs: number, mine: (n: number) => boolean) => void

/** Calls with audio that goes away, calls in vain, BYEs that nobody answers. */
const calls: Tell = (bench, byMs, mine) => {
  for (let n = 0; n < 300; n++) {
    if (!mine(n)) continue
    const startMs = n * 200 + byMs
    const endMs = startMs + 5_000 + (n % 7) * 1_000
    const gapMs = 400 + n * 3
    const stream = heard(startMs + 50, endMs, [[20_000 + byMs + gapMs, gapMs]])
    const more: Partial<CallRecord> = {
      legs: [leg(`10${n % 4}`, 'caller', stream), leg(`20${n % 4}`, 'callee', heard(startMs + 60, endMs))],
      ...(n % 5 === 0 && { ladder: ladder([endMs, 'sent BYE']) }),
    }
    const isOut = n >= 100 && n < 115
    bench.recorder.call(isOut ? inVain(n, startMs) : talk(n, startMs, endMs, more))
  }
}

/** Agents that lose their connection or their target at the fault, one that fails first, and come back. */
const agents: Tell = (bench, byMs, mine) => {
  for (let n = 0; n < 40; n++) {
    if (!mine(n)) continue
    const who = { agent: `30${n}`, group: 'browser' }
    const tell = (startedMs: number, more: Partial<RegistrationRecord>): void =>
      bench.recorder.registration(
        registration({ ...who, startedMs: startedMs + byMs, endedMs: startedMs + byMs + 30, ...more }),
      )
    tell(1_000 + n, {})
    bench.recorder.connect('wss', 'browser', 5, 21_000 + byMs + n * 20)
    const notice = { ...who, atMs: 20_100 + byMs + n }
    bench.recorder.drill.log?.notice(n % 2 === 0 ? 'loss' : 'switch', notice)
    if (n % 3 === 0) tell(21_000, { ok: false, status: 503, retryAfterSeconds: 2 })
    if (n % 9 !== 0) tell(21_500 + n * 40, {})
  }
}

function settled(bench: DrillBench): unknown {
  bench.recorder.fault(fault)
  bench.settle()
  return { figures: bench.figures(), metrics: bench.recorder.snapshot().metrics.filter(isOfFault) }
}

const isOfFault = ({ name }: { readonly name: string }): boolean => name.startsWith('failover.')

/** The facts of each process, by its own clock, brought to that of the run. */
function joined(clocksMs: readonly number[], tell: Tell): DrillBench {
  const whole = new DrillBench()
  for (const [index, byMs] of clocksMs.entries()) {
    const part = new DrillBench()
    tell(part, byMs, (n) => n % clocksMs.length === index)
    const { log } = part.recorder.drill
    if (log) whole.recorder.drill.log?.add(shiftFacts(log, -byMs))
  }
  return whole
}

describe('what several processes know of a fault', () => {
  it.each<[string, Tell]>([
    ['calls and audio', calls],
    ['registrations and connections', agents],
  ])('gives the figures that one process would have: %s', (_, tell) => {
    const one = new DrillBench()
    tell(one, 0, () => true)
    const wanted = settled(one)
    expect(JSON.stringify(wanted)).toContain('failover.')
    expect(settled(joined([0, 5_000], tell))).toEqual(wanted)
    expect(settled(joined([123_456, -7_000, 64], tell))).toEqual(wanted)
  })

  it('is not what it was by another clock', () => {
    const one = new DrillBench()
    calls(one, 0, () => true)
    const late = new DrillBench()
    calls(late, 3_000, () => true)
    expect(settled(late)).not.toEqual(settled(one))
  })
})
