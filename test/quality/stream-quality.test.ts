import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { codecImpairments } from '../../src/quality/codec-impairments.js'
import { narrowbandRating } from '../../src/quality/narrowband.js'
import { models, type StreamFacts, streamQuality } from '../../src/quality/stream-quality.js'

const clean: StreamFacts = {
  codec: 'PCMU',
  packetsExpected: 1000,
  packetsMissing: 0,
  missingRuns: 0,
  delayMs: undefined,
  concealment: false,
}

describe('the quality of a stream', () => {
  const cases: [string, Partial<StreamFacts>, string, string][] = [
    ['clean G.711', {}, 'nb', '4.409'],
    ['clean PCMA', { codec: 'PCMA' }, 'nb', '4.409'],
    ['G.711 with 2 % of single losses', { packetsMissing: 20, missingRuns: 20 }, 'nb', '3.256'],
    ['the same, concealed', { packetsMissing: 20, missingRuns: 20, concealment: true }, 'nb', '4.235'],
    ['G.711 at 200 ms', { delayMs: 200 }, 'nb', '4.343'],
    ['clean G.729', { codec: 'G729' }, 'nb', '4.105'],
    ['G.729, which conceals by itself', { codec: 'G729', concealment: true }, 'nb', '4.105'],
    ['clean G.722', { codec: 'G722' }, 'wb', '4.337'],
    ['clean Opus', { codec: 'opus' }, 'fb', '4.408'],
    ['Opus with 2 % of loss', { codec: 'opus', packetsMissing: 20, missingRuns: 20 }, 'fb', '3.452'],
    ['Opus at 400 ms', { codec: 'opus', delayMs: 400 }, 'fb', '3.552'],
    ['nothing but loss', { packetsMissing: 1000, missingRuns: 1 }, 'nb', '1.000'],
  ]
  test.each(cases)('%s', (_, facts, scale, mos) => {
    const quality = streamQuality({ ...clean, ...facts })
    expect([quality?.scale, quality?.mos.toFixed(3)]).toEqual([scale, mos])
  })

  test('runs of loss make it worse than the same loss at random', () => {
    const random = streamQuality({ ...clean, packetsMissing: 20, missingRuns: 20 })
    const burst = streamQuality({ ...clean, packetsMissing: 20, missingRuns: 5 })
    expect(burst?.burstR).toBeCloseTo(3.92, 10)
    expect(burst?.mos).toBeLessThan(random?.mos ?? 0)
  })

  test('a delay that is not known stays unknown and is not taken as 0 measured', () => {
    expect(streamQuality(clean)?.delayMs).toBeUndefined()
  })

  test('the narrowband rating is that of the whole model', () => {
    for (const ta of [0, 120, 350]) {
      const facts = { ie: 11, bpl: 19, ppl: 4, burstR: 1.5, ta }
      expect(models.nb.rate(facts)).toBeCloseTo(narrowbandRating(facts).r, 10)
    }
  })

  test('a codec without published numbers has no score', () => {
    expect(streamQuality({ ...clean, codec: 'L16' })).toBeUndefined()
  })

  test('a stream of which nothing was expected has no score', () => {
    expect(streamQuality({ ...clean, packetsExpected: 0 })).toBeUndefined()
  })

  test('a duplicate more than was lost is no loss', () => {
    expect(streamQuality({ ...clean, packetsMissing: -1 })?.ppl).toBe(0)
  })
})

describe('the table of codecs', () => {
  test.each(Object.entries(codecImpairments))('%s says where its numbers come from', (_, row) => {
    expect(row.source).toMatch(/ITU-T G\.113 Appendix|RTPEngine/)
    if (!row.source.includes('G.113')) expect(row.assumed).toBeDefined()
  })

  test('stands in docs/audio-quality.md as it is', () => {
    const page = readFileSync(new URL('../../docs/audio-quality.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| ([\w, -]+) \| (nb|wb|fb) \| ([\d.]+) \| ([\d.]+) \| (.*) \|$/gm)].flatMap(
      ([, names = '', scale, ie, bpl, source]) =>
        names.split(', ').map((name) => [name, { scale, ie: Number(ie), bpl: Number(bpl), source }] as const),
    )
    const table = Object.entries(codecImpairments).map(([name, { assumed, ...row }]) => [name, row])
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(table))
  })

  test('Opus is marked as assumed', () => {
    expect(codecImpairments.opus?.assumed).toMatch(/in no Recommendation/)
  })
})
