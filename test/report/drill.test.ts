import { describe, expect, it } from 'vitest'
import type { FaultOutcome, FaultResult } from '../../src/model/fault-result.js'
import type { Check, RunResult } from '../../src/model/result.js'
import { budgetSentences, faultSentences } from '../../src/report/drill.js'
import { fateFlow } from '../../src/report/html/fate-flow.js'
import { html } from '../../src/report/html/html.js'
import { markdown } from '../../src/report/markdown.js'
import { text } from '../../src/report/text.js'
import { fixture } from './fixture.js'

const outcome: FaultOutcome = {
  calls: { inProgress: 200, kept: 100, recovered: 80, lost: 1, zombie: 2, dropped: 17 },
  endings: { dropped: 17 },
  newCalls: { attempted: 16, failed: 15, delayed: 1 },
  recoveredAfter: 3.1,
  worst: [
    { call: 1, fate: 'dropped', gapMs: 0 },
    { call: 999, fate: 'recovered', gapMs: 1500 },
  ],
}

const fault = (change: Partial<FaultResult> = {}): FaultResult => ({
  name: 'kill <a>',
  kind: 'kill',
  target: 'gateway-1',
  at: 60,
  for: 30,
  undone: true,
  measures: {
    'failover.signalling_outage': 3200,
    'failover.detection': 400,
    'failover.media_gap': 1500,
    'failover.media_gap p95': 1450,
    'failover.orphaned_requests': 8.5,
    'failover.registrations_lost': 50,
    'failover.all_registered': 4200,
    'failover.registration_peak': 35,
    'failover.retry_after_obeyed': null,
  },
  outcome,
  ...change,
})

const check = (title: string, verdict: Check['verdict']): Check => ({
  id: title,
  title,
  verdict,
  measured: '3.2 s',
  wanted: '',
  source: 'a.yaml:1:1',
})

const drill = (faults: FaultResult[], ...checks: Check[]): RunResult => ({ ...fixture(), faults, checks })

describe('what is said of a fault', () => {
  it('tells what was done, and what it did to new calls, calls in progress and agents', () => {
    expect(faultSentences(fault())).toEqual([
      'kill <a> (kill of gateway-1) began at 60 s, lasted 30 s and was undone.',
      'The longest time without a good new call was 3.2 s.',
      'New calls were as before after 3.1 s: of 16 calls attempted until then 15 failed and 1 was late.',
      'The first agent turned to another target after 400 ms.',
      'Of 200 calls in progress 100 went on undisturbed, 80 lost audio and got it back, 1 lost audio and ended soon after, 2 stood up without audio and 17 were dropped.',
      'The longest gap in audio was 1.5 s, p95 1.5 s.',
      '8.5 % of the requests within those calls found nobody who knew them.',
      '50 agents lost their registration; the last was back after 4.2 s; at most 35 REGISTERs came within a second.',
    ])
  })

  it('says loudly what was not undone, and why', () => {
    const [done] = faultSentences(fault({ undone: false, problem: 'exit code 1' }))
    expect(done).toContain('was NOT undone: exit code 1')
  })

  it('does not speak of what was not there', () => {
    const calls = { inProgress: 0, kept: 0, recovered: 0, lost: 0, zombie: 0, dropped: 0 }
    expect(faultSentences(fault({ measures: {}, outcome: { ...outcome, calls } }))).toEqual([
      expect.stringContaining('began at'),
      'No call was in progress.',
    ])
    expect(faultSentences(fault({ measures: {}, outcome: undefined as never }))).toHaveLength(1)
  })

  it('says that new calls never went as before', () => {
    const sentences = faultSentences(fault({ outcome: { ...outcome, recoveredAfter: null } }))
    expect(sentences[2]).toContain('not as before again until the end of the run')
  })
})

describe('the verdict on the budget', () => {
  it.each([
    [[check('failover.dropped_calls <= 1%', 'pass')], ['The harm stayed within its budget: 1 limit kept.']],
    [
      [check('failover.dropped_calls <= 1%', 'pass'), check('failover.signalling_outage < 3s', 'fail')],
      [
        'The harm was beyond its budget: 1 of 2 limits was missed.',
        'Missed: failover.signalling_outage < 3s (it was 3.2 s).',
      ],
    ],
    [
      [check('failover.zombie_calls == 0%', 'inconclusive')],
      [
        'Nothing is proven: 1 of 1 limit had nothing to judge.',
        'Not judged: failover.zombie_calls == 0% (nothing was measured).',
      ],
    ],
    [[check('session.ser > 1%', 'fail')], ['The scenario sets no limit on what its faults may do.']],
  ])('%#', (checks, sentences) => {
    expect(budgetSentences(drill([fault()], ...checks))).toEqual(sentences)
  })

  it('is not spoken of where nothing was broken', () => {
    expect(budgetSentences(drill([], check('session.ser > 1%', 'fail')))).toEqual([])
  })
})

describe('the report of a drill', () => {
  const result = drill([fault()], check('failover.dropped_calls <= 1%', 'fail'))

  it('opens with the drill on the terminal and in Markdown', () => {
    for (const reporter of [text, markdown]) {
      const page = String(reporter.render(result))
      expect(page).toContain('The harm was beyond its budget')
      expect(page.indexOf('Of 200 calls in progress')).toBeGreaterThan(0)
      expect(page.indexOf('Drill')).toBeLessThan(page.indexOf('Thresholds'))
    }
    expect(String(markdown.render(result))).not.toContain('<a>')
  })

  it('draws the flow of calls, names the worst and links those that are sampled, and marks the fault in its charts', () => {
    const [sample] = result.samples
    const linked = { ...outcome, worst: [{ call: sample?.call ?? 0, fate: 'dropped', gapMs: 20 }, ...outcome.worst] }
    const page = String(html.render(drill([fault({ outcome: linked })])))
    expect(page).toContain('kill &lt;a&gt;')
    expect(page).toContain(`<a href="#call-${sample?.call}">`)
    expect(page).not.toContain('<a href="#call-999">')
    expect(page).toContain('100 kept their audio')
    expect(page).toContain('<script type="application/json" id="faults">[{"name":"kill \\u003ca>","from":60,"to":90}]')
    expect(page).toContain('failover.media_gap p95')
  })

  it('marks every stretch of a fault that flaps', () => {
    const spells = [
      { at: 60, for: 1 },
      { at: 62, for: 1 },
    ]
    const page = String(html.render(drill([fault({ name: 'flap', spells })])))
    expect(page).toContain('[{"name":"flap","from":60,"to":61},{"name":"flap","from":62,"to":63}]')
  })
})

describe('the flow of calls', () => {
  it('has a band for every share, and none where there was no call', () => {
    const svg = fateFlow(outcome.calls)
    expect(svg.match(/<rect /g)).toHaveLength(1 + 2 + 5)
    expect(svg.match(/<path /g)).toHaveLength(2 + 5)
    expect(svg).not.toContain('NaN')
    expect(fateFlow({ inProgress: 0, kept: 0, recovered: 0, lost: 0, zombie: 0, dropped: 0 })).toBe('')
  })

  it('stays whole when nothing was kept', () => {
    const svg = fateFlow({ inProgress: 3, kept: 0, recovered: 0, lost: 0, zombie: 0, dropped: 3 })
    expect(svg.match(/<rect /g)).toHaveLength(3)
    expect(svg).not.toContain('NaN')
  })
})
