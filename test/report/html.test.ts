import { Script } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { html } from '../../src/report/html/html.js'
import { fixture } from './fixture.js'

const render = (result: RunResult): string => String(html.render(result))

/** Elements that need no end. */
const empty = new Set(['meta', 'br', 'line', 'path'])

/** The page without the content of scripts and styles. */
const visible = (page: string): string => page.replace(/(<(script|style)[^>]*>).*?(<\/\2>)/gs, '$1$3')

/** Elements that were opened and never closed, or closed and never opened. */
function unbalanced(page: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const [, close, name = '', , selfClosed] of visible(page).matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*?)(\/?)>/g,
  )) {
    if (empty.has(name) || selfClosed === '/') continue
    if (close === '') open.push(name)
    else if (open.at(-1) === name) open.pop()
    else wrong.push(`</${name}>`)
  }
  return [...wrong, ...open]
}

describe('the page', () => {
  const page = render(fixture())

  it('is well-formed', () => {
    expect(unbalanced(page)).toEqual([])
  })

  it('asks for nothing from anywhere but for recordings beside it, once they are played', () => {
    const player = '<audio controls preload="none" src="recordings/call-33-callee.wav">'
    expect(page).toContain(player)
    const code = page.replace(/<script id="uplot">.*?<\/script>/s, '').replaceAll(player, '')
    expect(code).not.toMatch(/https?:\/\/|\bsrc=|<link|@import|url\(|fetch\(|XMLHttpRequest|import\(/)
    expect(page).toContain("default-src 'none'")
  })

  it('escapes what came from the network', () => {
    expect(page).not.toContain('<script>alert')
    expect(page).toContain('&lt;/details&gt;&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain('486 Busy &lt;b&gt;Here&lt;/b&gt;')
    expect(page).toContain('Browsers call &lt;desk phones&gt; &amp; &quot;lifts&quot;')
  })

  it('shows its figures without script', () => {
    const still = page.replace(/<script.*?<\/script>/gs, '')
    for (const text of ['133.503 ms (p95 of 47)', '94 % (47 of 50)', 'rejected 486', 'session.setup', '407 Proxy']) {
      expect(still).toContain(text)
    }
  })

  it('holds scripts that parse', () => {
    const scripts = [...page.matchAll(/<script(?: id="uplot")?>(.*?)<\/script>/gs)]
    expect(scripts).toHaveLength(2)
    for (const [, code = ''] of scripts) expect(() => new Script(code)).not.toThrow()
  })

  it('gives each chart rows of equal length, and a place', () => {
    const charts = JSON.parse(/id="charts">(.*?)<\/script>/s.exec(page)?.[1] ?? '') as {
      title: string
      data: number[][]
      series: object[]
    }[]
    expect(charts.map((chart) => chart.title)).toEqual([
      'Calls per second',
      'Calls in progress',
      'RTP packets per second',
      'Call set-up (session.setup)',
      'Jitter (media.jitter)',
      'RTP loss (media.loss)',
      'Quality, narrowband (media.mos_cqe_nb)',
    ])
    for (const { data, series } of charts) {
      expect(data).toHaveLength(series.length + 1)
      expect(new Set(data.map((row) => row.length)).size).toBe(1)
    }
    expect([...page.matchAll(/data-chart="(\d+)"/g)].map(([, number]) => Number(number))).toEqual(
      charts.map((_, i) => i),
    )
  })

  it('draws each chart in its place, and again when colours change', () => {
    const [, code = ''] = [...page.matchAll(/<script>(.*?)<\/script>/gs)].at(-1) ?? []
    const drawn: {
      series: { label: string; value: (plot: unknown, value: number | null) => string }[]
      width: number
    }[] = []
    let destroyed = 0
    let recolour = () => undefined as unknown
    class Plot {
      static sync = () => ({ key: 'time' })
      constructor(options: (typeof drawn)[number], data: unknown[][]) {
        expect(data).toHaveLength(options.series.length)
        drawn.push(options)
      }
      destroy = () => destroyed++
    }
    const places = [0, 1, 2, 3, 4, 5].map((chart) => ({ dataset: { chart: String(chart) }, clientWidth: 500 }))
    const textContent = /id="charts">(.*?)<\/script>/s.exec(page)?.[1]
    new Script(code).runInNewContext({
      uPlot: Plot,
      document: { getElementById: () => ({ textContent }), querySelectorAll: () => places, documentElement: {} },
      getComputedStyle: () => ({ getPropertyValue: () => ' #123456 ' }),
      addEventListener: () => undefined,
      matchMedia: () => ({
        addEventListener: (_: string, run: () => unknown) => {
          recolour = run
        },
      }),
    })
    expect(drawn.map(({ series }) => series.map(({ label }) => label))).toContainEqual(['time', 'p50', 'p95', 'p99'])
    expect(drawn[3]?.series[1]?.value(undefined, 104.126)).toBe('104.13 ms')
    expect(drawn[3]?.series[1]?.value(undefined, null)).toBe('–')
    recolour()
    expect([drawn.length, destroyed]).toEqual([12, 6])
  })

  it('stays small', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(300_000)
  })
})

describe('a ladder', () => {
  it('draws requests from our lane and responses towards it, failures apart', () => {
    const [svg = ''] = /<svg class="ladder".*?<\/svg>/s.exec(render(fixture())) ?? []
    const arrows = [...svg.matchAll(/x1="(\d+)" y1="\d+" x2="(\d+)" y2="\d+"\/><path/g)].map(
      ([, from, to]) => Number(to) > Number(from),
    )
    expect(arrows).toEqual([true, false, true, true, false, false, true])
    expect(svg.match(/class="bad"/g)).toHaveLength(2)
  })
})

it('a ladder of two agents has what lies between them in the middle', () => {
  const [sample] = fixture().samples
  const entry = { atMs: 0, direction: 'sent' as const, summary: 'INVITE' }
  const ladder = [
    { ...entry, agent: 'caller', remote: 'near side' },
    { ...entry, agent: 'callee', remote: 'far side' },
  ]
  if (sample === undefined) throw new Error('the fixture has no sample')
  const [svg = ''] =
    /<svg class="ladder".*?<\/svg>/s.exec(render({ ...fixture(), samples: [{ ...sample, ladder }] })) ?? []
  expect([...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, name]) => name)).toEqual([
    'caller',
    'near side',
    'far side',
    'callee',
  ])
})

describe('a run with nothing in it', () => {
  const whole = fixture()
  const nothing: RunResult = {
    ...whole,
    verdict: 'inconclusive',
    reasons: ['nothing was exercised'],
    checks: [],
    metrics: [],
    calls: { attempted: 0, established: 0, completed: 0, failed: 0, byOutcome: {}, byStatus: {}, failures: {} },
    agents: {},
    targets: [],
    samples: [],
    timeline: { stepSeconds: 1, points: [], slices: [] },
  }

  it('is a page all the same, without charts and their script', () => {
    const page = render(nothing)
    expect(unbalanced(page)).toEqual([])
    expect(page).toContain('INCONCLUSIVE')
    expect(page).not.toContain('<script')
  })
})
