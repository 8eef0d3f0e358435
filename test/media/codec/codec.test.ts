import { describe, expect, it } from 'vitest'
import type { Coder } from '../../../src/media/codec/codec.js'
import { codecs } from '../../../src/media/codec/registry.js'
import { speechSamples } from '../../../src/media/source/speech.js'
import { codecWords } from '../../../src/model/codec.js'
import { roundTrip, signalToNoiseDb, tone, toneGainDb } from './signal.js'

const all = Object.entries(codecs)
const coded = all.flatMap(([name, { coder }]) => (coder ? [[name, coder] as const] : []))

/** RFC 3551 table 4. */
const staticTypes: Readonly<Record<string, number>> = { PCMU: 0, PCMA: 8, G722: 9, G729: 18 }

describe('the registry of codecs', () => {
  it('has a codec for each word of scenarios, under its encoding name', () => {
    expect(Object.values(codecWords).sort()).toEqual(Object.keys(codecs).sort())
    for (const [word, name] of Object.entries(codecWords)) expect(word).toBe(name.toLowerCase())
    for (const [name, codec] of all) expect(codec.name).toBe(name)
  })

  it('gives each a payload type of its own: static by RFC 3551, or dynamic', () => {
    expect(new Set(all.map(([, codec]) => codec.payloadType)).size).toBe(all.length)
    for (const [name, { payloadType }] of all) {
      if (staticTypes[name] === undefined) expect(payloadType).toBeGreaterThanOrEqual(96)
      else expect(payloadType).toBe(staticTypes[name])
    }
  })
})

describe.each(coded)('%s', (name, coder: Coder) => {
  const speech = speechSamples(coder.sampleRate).subarray(0, coder.sampleRate * 3)

  it.each([10, 20, 30, 40, 50, 60])('makes packets of %i ms that decode to as much', (ptimeMs) => {
    const encoder = coder.newEncoder(ptimeMs)
    const decoder = coder.newDecoder()
    const frame = (coder.sampleRate * ptimeMs) / 1000
    const payload = new Uint8Array(coder.longestPayload(ptimeMs))
    const samples = new Int16Array(coder.sampleRate * 0.12)
    for (let at = 0; at + frame <= speech.length; at += frame) {
      const bytes = encoder.encode(speech.subarray(at, at + frame), payload)
      expect(bytes).toBeGreaterThan(0)
      expect(bytes).toBeLessThanOrEqual(1200)
      expect(decoder.decode(payload.subarray(0, bytes), samples)).toBe(frame)
    }
  })

  it('decodes a payload where it lies in a packet, and nothing where none is', () => {
    const frame = coder.sampleRate / 50
    const packet = new Uint8Array(20 + coder.longestPayload(20)).fill(0x5a)
    const bytes = coder.newEncoder(20).encode(speech.subarray(frame, 2 * frame), packet.subarray(12))
    const [whole, part] = [new Int16Array(2 * frame), new Int16Array(2 * frame)]
    expect(coder.newDecoder().decode(packet.slice(12, 12 + bytes), whole)).toBe(frame)
    expect(coder.newDecoder().decode(packet, part, 12, 12 + bytes)).toBe(frame)
    expect(part).toEqual(whole)
    expect(coder.newDecoder().decode(packet, part, 12, 12)).toBe(0)
    expect(coder.newDecoder().decode(packet, part, 12, 9)).toBe(0)
  })

  it.each([10, 20, 30, 40, 50, 60])('keeps speech in packets of %i ms', (ptimeMs) => {
    expect(signalToNoiseDb(speech, roundTrip(coder, speech, ptimeMs))).toBeGreaterThan(name === 'opus' ? 6 : 15)
  })

  it('passes the telephone band without change of level', () => {
    for (const frequencyHz of [300, 1000, 2000, 3300]) {
      expect(Math.abs(toneGainDb(coder, frequencyHz)), `${frequencyHz} Hz`).toBeLessThan(1.5)
    }
  })

  it('passes as much of the spectrum as its sampling rate says', () => {
    if (coder.sampleRate > 8000) expect(toneGainDb(coder, 6500)).toBeGreaterThan(-3)
  })

  it('keeps no state between streams', () => {
    const frame = coder.sampleRate / 50
    const into = () => new Uint8Array(coder.longestPayload(20))
    const alone = coder.newEncoder(20)
    const [first, other] = [coder.newEncoder(20), coder.newEncoder(20)]
    const noise = tone(coder.sampleRate, 440, 1, 20_000)
    for (let at = 0; at + frame <= speech.length / 3; at += frame) {
      const [a, b] = [into(), into()]
      const bytes = alone.encode(speech.subarray(at, at + frame), a)
      other.encode(noise.subarray(0, frame), into())
      expect(first.encode(speech.subarray(at, at + frame), b)).toBe(bytes)
      expect(b).toEqual(a)
    }
  })

  it('decodes whatever arrives without a throw', () => {
    const decoder = coder.newDecoder()
    const samples = new Int16Array(coder.sampleRate)
    for (const payload of [
      [],
      [0xff],
      [0xff, 0xff, 0xff],
      [0x03, 0xff],
      Array.from({ length: 100 }, (_, i) => i * 7),
    ]) {
      const count = decoder.decode(
        Uint8Array.from(payload, (byte) => byte & 0xff),
        samples,
      )
      expect(count).toBeGreaterThanOrEqual(0)
      expect(count).toBeLessThanOrEqual(samples.length)
    }
  })

  it('decodes at each rate that it names', () => {
    expect(coder.decodedRates).toContain(coder.sampleRate)
    const payload = new Uint8Array(coder.longestPayload(20))
    const bytes = coder.newEncoder(20).encode(speech.subarray(0, coder.sampleRate / 50), payload)
    for (const rate of coder.decodedRates) {
      expect(coder.newDecoder(rate).decode(payload.subarray(0, bytes), new Int16Array(rate))).toBe(rate / 50)
    }
  })
})
