import { describe, expect, it } from 'vitest'
import type { Check, RunResult, Verdict } from '../../src/model/result.js'
import { junit } from '../../src/report/junit.js'
import { markdown } from '../../src/report/markdown.js'
import { prometheus } from '../../src/report/prometheus.js'
import { text } from '../../src/report/text.js'
import { fixture } from './fixture.js'

const check = (verdict: Verdict): Check => ({
  id: 'expect-1',
  title: 'session.ser >= 99%',
  verdict,
  measured: '98 %',
  wanted: '>= 99 %',
  source: 'a.yaml:1:2',
})

const result = (verdict: Verdict, checks: readonly Check[], reasons: string[] = []): RunResult => ({
  ...fixture(),
  verdict,
  checks,
  reasons,
})

/** What JUnit readers look at. */
const outline = (xml: string) => ({
  counts: /<testsuite [^>]*(tests="\d+" failures="\d+" errors="\d+" skipped="\d+")/.exec(xml)?.[1],
  marks: [...xml.matchAll(/<(failure|error|skipped) /g)].map(([, mark]) => mark),
})

describe('JUnit', () => {
  it.each<[string, RunResult, string, string[]]>([
    ['pass', result('pass', [check('pass')]), 'tests="2" failures="0" errors="0" skipped="0"', []],
    [
      'a missed threshold',
      result('fail', [check('fail')]),
      'tests="2" failures="1" errors="0" skipped="0"',
      ['failure'],
    ],
    [
      'a violation without a threshold fails the run itself',
      result('fail', [check('pass')], ['rfc3261/8.1: 3 violations by a']),
      'tests="2" failures="1" errors="0" skipped="0"',
      ['failure'],
    ],
    [
      'an inconclusive run is an error, and its missed thresholds are skipped',
      result('inconclusive', [check('fail')], ['interrupted']),
      'tests="2" failures="0" errors="1" skipped="1"',
      ['error', 'skipped'],
    ],
    [
      'no data is skipped',
      result('fail', [check('inconclusive')], ['x']),
      'tests="2" failures="1" errors="0" skipped="1"',
      ['failure', 'skipped'],
    ],
  ])('%s', (_, run, counts, marks) => {
    expect(outline(String(junit.render(run)))).toEqual({ counts, marks })
  })

  it('holds only characters that XML allows, and no markup of others', () => {
    const hostile = { ...check('fail'), measured: `]]> <b> "q" & \u0000 \ud800 \u001b[31m` }
    const xml = String(junit.render(result('fail', [hostile])))
    expect(xml).toContain('measured ]]&gt; &lt;b&gt; &quot;q&quot; &amp; \ufffd \ufffd \ufffd[31m, wanted')
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
  })
})

describe('the text summary', () => {
  it('is plain without a terminal and coloured on one', () => {
    expect(text.render(fixture())).not.toContain('\u001b')
    const coloured = String(text.render(fixture(), { colours: true }))
    expect(coloured).toContain('\u001b[31m✗\u001b[0m')
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(text.render(fixture()))
  })

  it('lets no foreign text move the cursor', () => {
    const run = result('fail', [{ ...check('fail'), measured: '\u001b[2J\u009b1m gone' }], ['\u001b]0;title\u0007'])
    expect(text.render(run)).not.toMatch(/[\u001b\u0007\u009b]/)
  })

  it('says what was not judged', () => {
    expect(text.render(fixture())).toContain(
      '50 attempted, 47 established, 47 completed, 3 failed (and 10 in the warm-up, not judged)',
    )
  })
})

describe('markdown', () => {
  it('keeps foreign text within its cell', () => {
    const run = result('fail', [{ ...check('fail'), measured: '| x | [a](http://b) <img> `c`\nrow' }])
    const line = String(markdown.render(run))
      .split('\n')
      .find((each) => each.includes('session.ser &gt;=') || each.includes('session.ser >='))
    expect(line).toContain('\\| x \\| \\[a\\](http://b) &lt;img> \\`c\\` row')
  })
})

describe('Prometheus', () => {
  const lines = String(prometheus.render(fixture())).trimEnd().split('\n')

  it('gives each family one type and every sample a number', () => {
    const types = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
    expect(new Set(types).size).toBe(types.length)
    for (const line of lines.filter((each) => !each.startsWith('#'))) {
      expect(line).toMatch(/^[a-z_][a-z0-9_]*(\{([a-z]+="(\\.|[^"\\])*",?)+\})? -?\d+(\.\d+)?(e[+-]?\d+)?$/)
    }
  })

  it('speaks in base units', () => {
    expect(lines).toContain('siploadgen_session_ser_ratio 0.94')
    expect(lines).toContain('siploadgen_session_setup_seconds{quantile="0.95"} 0.133503')
    expect(lines).toContain('siploadgen_sip_retransmissions_total 6')
  })
})

describe('the text of a probe', () => {
  it('counts as played what was decided, however short it was', () => {
    const decided = (id: string, seconds: number, verdict: 'pass' | 'not applicable') => ({
      id,
      title: id,
      seconds,
      verdicts: [{ rule: '7118-9.1-2', verdict, why: '' }],
    })
    const probes = [
      decided('at once', 0, 'pass'),
      decided('long', 2, 'not applicable'),
      decided('unfit', 0, 'not applicable'),
    ]
    const probe = { target: 'ws://10.0.0.9', element: '10.0.0.9:80/ws', profile: 'interop', messages: 0, probes }
    const printed = text.render({ ...fixture(), probe }).toString()
    expect(printed).toContain('2 of 3 played')
    expect(printed).toMatch(/^ {2}at once +1 pass$/m)
    expect(printed).not.toMatch(/^ {2}unfit/m)
  })
})
