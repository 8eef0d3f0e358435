import type { CodecName } from '../../model/codec.js'
import type { Coder, Encoder } from '../codec/codec.js'
import { codecs } from '../codec/registry.js'
import { toneSamples } from './mark-audio.js'
import { symbolMs, syncTones, toneCount } from './mark-format.js'

const noPayload = new Uint8Array(0)

/**
 * The tones of marks as payloads of one codec, from which every stream puts its marks together without an encoder of its
 * own. Codecs remember what came before, so a tone is kept once for every tone that it may follow: all pairs come out of
 * one walk through the encoder in which each occurs once.
 */
export interface MarkAlphabet {
  /** Of one payload; a tone takes `symbolMs / unitMs` of them. */
  readonly unitMs: number
  /** Payload number `unit` of `tone` after the tone `former`, or after other audio when that is -1. */
  unit(former: number, tone: number, unit: number): Uint8Array
  /** Most bytes of a packet. */
  longestPayload(ptimeMs: number): number
  /** Puts payloads that follow one another into one packet; returns its length. */
  join(units: readonly Uint8Array[], into: Uint8Array): number
}

const alphabets = new Map<string, MarkAlphabet>()

/** The alphabet of a codec for packets of `ptimeMs`, encoded once; undefined when it encodes nothing. */
export function markAlphabet(codecName: CodecName, ptimeMs: number): MarkAlphabet | undefined {
  const { coder, frameMs } = codecs[codecName]
  const unitMs = commonDivisor(ptimeMs, symbolMs)
  if (!coder || unitMs % frameMs !== 0) return undefined
  const isWhole = unitMs === ptimeMs
  const key = `${codecName}/${unitMs}/${isWhole}`
  const known = alphabets.get(key)
  if (known) return known
  const alphabet = encodeAlphabet(coder, isWhole ? coder.newEncoder(unitMs) : coder.pieces.newEncoder(unitMs), unitMs)
  alphabets.set(key, alphabet)
  return alphabet
}

function encodeAlphabet(coder: Coder, encoder: Encoder, unitMs: number): MarkAlphabet {
  const frame = new Int16Array((unitMs * coder.sampleRate) / 1000)
  const payload = new Uint8Array(coder.longestPayload(unitMs))
  const unitsPerSymbol = symbolMs / unitMs
  const units: Uint8Array[] = []
  /** Encodes what `toneSamples` gives for one tone; undefined is silence. */
  const encode = (tone: number | undefined, row: number | undefined) => {
    const samples = tone === undefined ? undefined : toneSamples([tone], coder.sampleRate)
    for (let unit = 0; unit < unitsPerSymbol; unit++) {
      if (samples) frame.set(samples.subarray(unit * frame.length, (unit + 1) * frame.length))
      else frame.fill(0)
      const length = encoder.encode(frame, payload)
      if (row !== undefined) units[row * unitsPerSymbol + unit] = payload.slice(0, length)
    }
  }
  const first = syncTones[0]
  encode(undefined, undefined)
  encode(first, rowOf(-1, first))
  let former: number = first
  for (const tone of allPairs(first)) {
    encode(tone, rowOf(former, tone))
    former = tone
  }
  return {
    unitMs,
    unit: (before, tone, unit) => units[rowOf(before, tone) * unitsPerSymbol + unit] ?? noPayload,
    longestPayload: coder.longestPayload,
    join: coder.pieces.join,
  }
}

const rowOf = (former: number, tone: number): number => (former + 1) * toneCount + tone

/** Tones that, from `start` on, take every ordered pair once: a circuit of Euler, found as Hierholzer did. */
function allPairs(start: number): number[] {
  const next = new Array<number>(toneCount).fill(0)
  const path = [start]
  const circuit: number[] = []
  for (let tone = path.at(-1); tone !== undefined; tone = path.at(-1)) {
    const step = next[tone] ?? toneCount
    if (step === toneCount) {
      circuit.push(tone)
      path.pop()
    } else {
      next[tone] = step + 1
      path.push(step)
    }
  }
  return circuit.reverse().slice(1)
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
