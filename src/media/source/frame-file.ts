import { readFileSync } from 'node:fs'
import type { AudioFailure } from './samples.js'

/** RFC 3551 4.5.6: a frame of G.729 is 10 bytes for 10 ms. */
const frameBytes = 10
const frameMs = 10
const longestFrames = 60_000

/** Payloads of `ptimeMs` from a file that holds frames of G.729 one after the other. */
export function loadFrames(file: string, ptimeMs: number): readonly Uint8Array[] | AudioFailure {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    return { kind: 'audio-failure', text: `${file} cannot be read: ${String(error)}` }
  }
  return framesIn(bytes, file, ptimeMs)
}

/** The same for bytes; the last payload is filled up from the start, since it is sent in a loop. */
export function framesIn(bytes: Uint8Array, name: string, ptimeMs: number): readonly Uint8Array[] | AudioFailure {
  const count = bytes.length / frameBytes
  if (count === 0 || !Number.isInteger(count) || count > longestFrames) {
    const text = `${name} holds ${bytes.length} bytes: frames of G.729 are ${frameBytes} bytes each, at most ${longestFrames}`
    return { kind: 'audio-failure', text }
  }
  const perPayload = ptimeMs / frameMs
  return Array.from({ length: Math.ceil(count / perPayload) }, (_, index) => {
    const payload = new Uint8Array(perPayload * frameBytes)
    for (let i = 0; i < perPayload; i++) {
      const at = ((index * perPayload + i) % count) * frameBytes
      payload.set(bytes.subarray(at, at + frameBytes), i * frameBytes)
    }
    return payload
  })
}
