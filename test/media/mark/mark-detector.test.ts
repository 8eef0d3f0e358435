import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { MarkDetector } from '../../../src/media/mark/mark-detector.js'
import { markMs } from '../../../src/media/mark/mark-format.js'
import { speechSamples } from '../../../src/media/source/speech.js'
import { decibels, markSamples, marksIn, mixInto, rate } from './hearing.js'

const speech = speechSamples(8000)
const sender = 0xabcdef
const moment = 1234
const mark = markSamples(sender, moment)

/** Speech with the mark in the place of what was there; in samples. */
function spoken(at: number, gain = 1): Int16Array {
  const audio = speech.slice(0, at + mark.length + rate)
  audio.set(mark, at)
  return audio.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))))
}

describe('a mark in speech', () => {
  it.each([0, 1, 39, 40, 41, 79, 80, 8000, 12_345])('that begins at sample %i is found there within 1 ms', (at) => {
    const [heard, ...more] = marksIn(spoken(at))
    expect(more).toEqual([])
    expect(heard).toMatchObject({ sender, moment })
    expect(Math.abs((heard?.startMs ?? 0) - (at * 1000) / rate)).toBeLessThan(1)
    expect(heard?.purity).toBeGreaterThan(0.7)
  })

  it.each([-40, -20, -6, 6, 9])('is found at %i dB', (level) => {
    const heard = marksIn(spoken(9001, decibels(level)))
    expect(heard).toMatchObject([{ sender, moment }])
    expect(Math.abs((heard[0]?.startMs ?? 0) - (9001 * 1000) / rate)).toBeLessThan(0.5)
  })

  it.each([-500, -100, 100, 500])('is found with a clock that is %i parts in a million off', (drift) => {
    const audio = spoken(8000)
    const step = 1 + drift / 1e6
    const drifted = audio.map((_, i) => {
      const at = i * step
      const below = Math.floor(at)
      return Math.round((audio[below] ?? 0) * (1 - at + below) + (audio[below + 1] ?? 0) * (at - below))
    })
    const heard = marksIn(drifted)
    expect(heard).toMatchObject([{ sender, moment }])
    expect(Math.abs((heard[0]?.startMs ?? 0) - 1000 / step)).toBeLessThan(0.5)
  })

  it('is found through white noise of half its energy', () => {
    const rng = new Rng(6, 'noise')
    const audio = spoken(8000)
    // The tones have an RMS of 8192 / sqrt(2).
    const noise = audio.map(() => Math.round(rng.normal(0, 4096)))
    mixInto(audio, noise, 0)
    expect(marksIn(audio)).toMatchObject([{ sender, moment }])
  })

  it('is told when the audio ends with it', () => {
    expect(marksIn(spoken(8000).subarray(0, 8000 + mark.length))).toMatchObject([{ sender, moment }])
  })

  it('is not told when its last quarter is cut off', () => {
    expect(marksIn(spoken(8000).subarray(0, 8000 + (mark.length * 3) / 4))).toEqual([])
  })
})

describe('lost packets of 20 ms', () => {
  const packet = rate / 50

  it.each([
    ['silence', 1],
    ['silence', 3],
    ['repeated', 1],
    ['repeated', 3],
  ] as const)('in %s form, %i in a row, leave a mark that is told right', (concealment, run) => {
    for (let first = 0; first + run <= mark.length / packet; first += 2) {
      const audio = spoken(8000)
      const from = 8000 + first * packet
      for (let at = from; at < from + run * packet; at += packet) {
        if (concealment === 'silence') audio.fill(0, at, at + packet)
        else audio.copyWithin(at, at - packet, at)
      }
      const heard = marksIn(audio)
      expect(heard).toMatchObject([{ sender, moment }])
      expect(Math.abs((heard[0]?.startMs ?? 0) - 1000)).toBeLessThan(2)
    }
  })

  it('at random, three of five, leave no mark that is another one', () => {
    const rng = new Rng(8, 'shreds')
    const wrong: number[] = []
    for (let round = 0; round < 400; round++) {
      const audio = new Int16Array(2 * mark.length)
      mixInto(audio, markSamples(round, 7 * round), 80 + rng.integer(0, 79))
      for (let at = 0; at < audio.length; at += packet) if (rng.next() < 0.6) audio.fill(0, at, at + packet)
      for (const heard of marksIn(audio)) if (heard.sender !== round) wrong.push(round)
    }
    expect(wrong).toEqual([])
  })

  it('that take half the mark leave none', () => {
    const audio = spoken(8000)
    audio.fill(0, 8000, 8000 + mark.length / 2)
    expect(marksIn(audio)).toEqual([])
  })
})

describe('two marks', () => {
  const other = markSamples(77, 99)

  it.each([-6, -12])('at once: the louder is told, the other one being %i dB below it', (level) => {
    for (const shift of [0, 200, 1111, 3000]) {
      const audio = new Int16Array(3 * rate)
      mixInto(audio, mark, 4000)
      mixInto(audio, other, 4000 + shift, decibels(level))
      expect(marksIn(audio)).toMatchObject([{ sender, moment }])
    }
  })

  it('of a call and of cross-talk 20 dB below it are both told where the call is silent for a while', () => {
    const audio = new Int16Array(4 * rate)
    mixInto(audio, mark, 4000)
    mixInto(audio, other, 4000 + mark.length + 1000, decibels(-20))
    expect(marksIn(audio).map((heard) => heard.sender)).toEqual([sender, 77])
  })

  it('back to back are both told', () => {
    const audio = new Int16Array(2 * mark.length)
    audio.set(mark)
    audio.set(other, mark.length)
    const heard = marksIn(audio)
    expect(heard.map((each) => each.sender)).toEqual([sender, 77])
    expect(heard[1]?.startMs).toBeCloseTo(markMs, 0)
  })
})

describe('audio without a mark', () => {
  const seconds = 120
  const rng = new Rng(3, 'audio')
  const audio = (sample: (i: number) => number) =>
    Int16Array.from({ length: seconds * rate }, (_, i) => Math.round(sample(i)))
  const tone = (hz: number, i: number) => Math.sin((2 * Math.PI * hz * i) / rate)

  it.each([
    ['built-in speech', audio((i) => speech[i % speech.length] ?? 0)],
    ['silence', audio(() => 0)],
    ['white noise', audio(() => rng.normal(0, 3000))],
    ['ringback', audio((i) => 5000 * (tone(440, i) + tone(480, i)))],
    [
      'a sweep over the band',
      audio((i) => 8000 * Math.sin(2 * Math.PI * (300 + (((i / rate) * 700) % 3100)) * (i / rate))),
    ],
    ['DTMF', audio((i) => (Math.floor(i / 800) % 2 ? 0 : 6000 * (tone(941, i) + tone(1477, i))))],
    ['random tones of the mark', audio((i) => 8000 * tone(800 + 100 * ((Math.floor(i / 320) * 7919) % 16), i))],
  ])('gives none: %s', (_, samples) => {
    expect(marksIn(samples)).toEqual([])
  })
})

it('tells the level and the place of every 10 ms', () => {
  const levels: [number, number][] = []
  const detector = new MarkDetector({
    onMark() {},
    onLevel: (meanSquare, startMs) => levels.push([meanSquare, startMs]),
  })
  detector.push(new Int16Array(200).fill(100))
  expect(levels).toEqual([
    [10_000, 0],
    [10_000, 10],
  ])
  expect(detector.positionMs).toBe(25)
})

it.each([1, 79, 80, 160, 173, 480])('hears the same of audio that comes %i samples at a time', (piece) => {
  const told = (samples: number): unknown[] => {
    const all: unknown[] = []
    const detector = new MarkDetector({
      onMark: (mark) => all.push({ ...mark }),
      onLevel: (meanSquare, startMs) => all.push([meanSquare, startMs]),
    })
    const audio = spoken(4321)
    for (let at = 0; at < audio.length; at += samples) detector.push(audio.subarray(at, at + samples))
    detector.finish()
    return all
  }
  const whole = told(Number.MAX_SAFE_INTEGER)
  expect(told(piece)).toEqual(whole)
  expect(whole).toContainEqual(expect.objectContaining({ sender, moment }))
})
