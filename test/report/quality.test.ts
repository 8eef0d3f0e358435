import { describe, expect, it } from 'vitest'
import type { CallSample, SampleSteps } from '../../src/model/call-sample.js'
import type { RunResult } from '../../src/model/result.js'
import { html } from '../../src/report/html/html.js'
import { recordingPlayer } from '../../src/report/html/recording.js'
import { axisOf, scoreAxis, spreadSvg } from '../../src/report/html/spread.js'
import { streamPlot } from '../../src/report/html/stream-plot.js'
import { heardCounts, misheard, scoreLines, scores, worstStreams } from '../../src/report/quality.js'
import { fixture } from './fixture.js'

const section = (result: RunResult): string =>
  /<section id="quality">.*?<\/section>/s.exec(String(html.render(result)))?.[0] ?? ''

const sampleOf = (call: number): CallSample => {
  const sample = fixture().samples.find((each) => each.call === call)
  if (sample === undefined) throw new Error(`the fixture has no call ${call}`)
  return sample
}

describe('what a result says of quality', () => {
  it('is a series for each scale, apart', () => {
    expect(scores(fixture()).map(({ name }) => name)).toEqual(['media.mos_cqe_fb', 'media.mos_cqe_nb'].reverse())
  })

  it('is the verdicts on calls, good ones first, then by number', () => {
    expect(heardCounts(fixture())).toEqual([
      { heard: 'heard', calls: 44 },
      { heard: 'one-way', calls: 2 },
      { heard: 'cross-talk', calls: 1 },
    ])
  })

  it('is the calls that were not heard as they should be', () => {
    expect(misheard(fixture()).map(({ call, heard }) => [call, heard])).toEqual([
      [7, 'one-way'],
      [21, 'cross-talk'],
    ])
  })

  it('is the streams of one scale that sounded worst; good ones are nobody’s worst', () => {
    const worst = worstStreams(fixture(), 'media.mos_cqe_nb', 5)
    expect(worst.map(({ sample, quality }) => [sample.call, quality.mos])).toEqual([[33, 2.381]])
    expect(worstStreams(fixture(), 'media.mos_cqe_fb', 5)).toEqual([])
  })

  it('is a sentence for each scale that names standard and doubts', () => {
    expect(scoreLines(fixture())).toEqual([
      'MOS narrowband by ITU-T G.107 (06/2015): median 4.388, p5 3.612, least 2.381 of 47 streams (media.mos_cqe_nb)',
      'MOS fullband by ITU-T G.107.2 (06/2019), in part assumed: median 4.402, p5 4.011, least 3.102 of 45 streams (media.mos_cqe_fb)',
    ])
  })
})

describe('the section on audio quality', () => {
  const page = section(fixture())

  it('has scores, delays, verdicts, worst streams and the inputs of the models', () => {
    const titles = [...page.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => title)
    expect(titles.filter((title) => !title?.startsWith('sip:'))).toEqual([
      'Mean opinion score, estimated',
      'Delays, ms',
      'Calls by what was heard',
      'Calls not heard as they should be',
      'Worst streams of the sampled calls, narrowband',
      'media.mos_cqe_nb: ITU-T G.107 (06/2015)',
      'media.mos_cqe_fb: ITU-T G.107.2 (06/2019)',
    ])
    expect(page).toContain('opus: Ie 10.2 and Bpl 4.3 are in no Recommendation')
  })

  it('lists both legs of a one-way call with their addresses and descriptions', () => {
    for (const text of [
      '127.0.0.1:5070 ⇄ 127.0.0.1:5060',
      '127.0.0.1:5071 ⇄ 127.0.0.1:5060',
      '127.0.0.1:16398 ⇄ 127.0.0.1:18398',
      '127.0.0.1:16598 ⇄ 127.0.0.1:18598',
      '0 of 0',
      'SDP of call 7, one-way',
      'sip:2001@lab.test, remote',
    ]) {
      expect(page).toContain(text)
    }
    expect(page).toContain('v=0\no=- 1 1 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 16398 RTP/AVP 0\n')
    expect(page).toContain('a=x:&lt;b&gt;')
  })

  it('links each call to its messages', () => {
    const whole = String(html.render(fixture()))
    const links = [...page.matchAll(/href="#(call-\d+)"/g)].map(([, id]) => id)
    expect(new Set(links)).toEqual(new Set(['call-7', 'call-21', 'call-33']))
    for (const id of links) expect(whole.split(`id="${id}"`)).toHaveLength(2)
  })

  it('is left out when there was no media', () => {
    const { media } = fixture()
    const metrics = fixture().metrics.filter(({ name }) => !name.startsWith('media.'))
    expect(section({ ...fixture(), metrics, samples: [], media: { ...media, models: [] } })).toBe('')
  })

  it('says what the far side reported of a leg', () => {
    const reported = { packetsSent: 252, packetsLost: 15, jitterMs: 2.5, rFactor: null, mosLq: 2.4, mosCq: null }
    const sample = sampleOf(33)
    const streams = (sample.streams ?? []).map((stream) => ({ ...stream, reported }))
    const whole = String(html.render({ ...fixture(), samples: [{ ...sample, streams }] }))
    expect(whole).toContain(
      'RTCP of the far side on what the callee sent: 15 of 252 packets lost, jitter 2.5 ms, MOS-LQ 2.4</p>',
    )
  })

  it('reads results of before it was there', () => {
    const samples = fixture().samples.map(({ heard, ...sample }) => ({
      ...sample,
      streams: (sample.streams ?? []).map(({ quality, steps, packetsDiscarded, ...stream }) => stream),
    }))
    expect(section({ ...fixture(), samples })).toContain('Calls by what was heard')
  })
})

describe('a recording', () => {
  const player = (recording: string | null) => recordingPlayer({ ...sampleOf(33), recording })

  it('is played from beside the page', () => {
    expect(player('recordings/call 33.wav')).toContain('<audio controls preload="none" src="recordings/call%2033.wav">')
  })

  it.each([
    '../secret.wav',
    '/etc/passwd',
    'file:///etc/passwd',
    'https://example.org/a.wav',
    'a//b.wav',
    '"><script>',
  ])('elsewhere is named and not played: %s', (recording) => {
    expect(player(recording)).not.toContain('<audio')
    expect(player(recording)).not.toContain('<script>')
  })

  it('that was not made is nothing', () => {
    expect(player(null)).toBe('')
  })
})

describe('the plot of a stream', () => {
  const steps = sampleOf(33).streams?.[1]?.steps as SampleSteps
  const svg = streamPlot(steps)

  it('has a lane each for score, missing packets, jitter and gaps, with the worst of each', () => {
    expect([...svg.matchAll(/class="value"[^>]*>([^<]*)</g)].map(([, text]) => text)).toEqual([
      '1.181',
      '24 %',
      '9.1 ms',
      '164.2 ms',
    ])
  })

  it('breaks the line of the score where nothing was expected', () => {
    const [, path = ''] = /class="line series-1" d="([^"]*)"/.exec(svg) ?? []
    expect(path.match(/M/g)).toHaveLength(2)
  })

  it('has a bar for each step in which packets were missing, lost or late', () => {
    expect(svg.match(/class="bar series-3"/g)).toHaveLength(3)
  })

  it('of an empty stream draws nothing and does not fail', () => {
    const none = { ...steps, expected: [], lost: [], discarded: [], jitterMs: [], longestGapMs: [], mos: [] }
    expect(streamPlot(none)).not.toMatch(/NaN|Infinity/)
  })

  it('keeps within its picture, whatever the values', () => {
    const wild = { ...steps, longestGapMs: steps.longestGapMs.map(() => 1e6), lost: steps.expected.map(() => 500) }
    for (const [, y = '', height = ''] of streamPlot(wild).matchAll(
      /<rect [^>]*y="([^"]*)" width="[^"]*" height="([^"]*)"/g,
    )) {
      expect(Number(y)).toBeGreaterThanOrEqual(0)
      expect(Number(height)).toBeGreaterThan(0)
    }
  })
})

describe('the spread of values', () => {
  it('has a row for each series and says its figures in words', () => {
    const svg = spreadSvg(scores(fixture()), ({ name }) => name, scoreAxis)
    expect(svg.match(/class="median"/g)).toHaveLength(2)
    expect(svg).toContain('media.mos_cqe_nb: least 2.381, 5 % 3.612, median 4.388, 95 % 4.409, most 4.409 MOS, of 47')
  })

  it.each([
    [0.5, 1],
    [7.2, 8],
    [186.4, 200],
    [1200, 2000],
  ])('up to %f reaches to %f', (max, high) => {
    const [series] = scores(fixture())
    if (series === undefined) throw new Error('the fixture has no score')
    expect(axisOf([{ ...series, max }], 'ms').high).toBe(high)
  })
})
