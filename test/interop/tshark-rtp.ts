import { expect } from 'vitest'
import type { CapturedRtpStream } from '../../src/capture/rtp/captured-rtp.js'
import { formatAddress } from '../../src/model/address.js'
import { tshark } from '../peers/capture.js'

/** A row of `-z rtp,streams`. */
export interface TsharkStream {
  readonly packets: number
  readonly lost: number
  readonly minDeltaMs: number
  readonly meanDeltaMs: number
  readonly maxDeltaMs: number
  readonly meanJitterMs: number
  readonly maxJitterMs: number
}

const row =
  /^\s*[\d.]+\s+[\d.]+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+0x([0-9A-F]{8})\s+\S.*?\s+(\d+)\s+(-?\d+) \(-?[\d.]+%\)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+[\d.]+\s+([\d.]+)\s+([\d.]+)/

/** Printed with three digits behind the point. */
const rounding = 0.002

const keyOf = (source: string, destination: string, ssrc: number): string => `${source} ${destination} ${ssrc}`

export async function tsharkStreams(file: string, more: readonly string[] = []): Promise<Map<string, TsharkStream>> {
  const streams = new Map<string, TsharkStream>()
  for (const line of (await tshark(file, ['-q', '-z', 'rtp,streams', ...more])).split('\n')) {
    const [, source = '', sourcePort, destination = '', destinationPort, ssrc = '', ...figures] = row.exec(line) ?? []
    if (ssrc === '') continue
    const from = formatAddress({ host: source, port: Number(sourcePort) })
    const to = formatAddress({ host: destination, port: Number(destinationPort) })
    const [packets = 0, lost = 0, minDeltaMs = 0, meanDeltaMs = 0, maxDeltaMs = 0, meanJitterMs = 0, maxJitterMs = 0] =
      figures.map(Number)
    streams.set(keyOf(from, to, Number.parseInt(ssrc, 16)), {
      packets,
      lost,
      minDeltaMs,
      meanDeltaMs,
      maxDeltaMs,
      meanJitterMs,
      maxJitterMs,
    })
  }
  return streams
}

/**
 * The same streams with the same figures. tshark takes a packet that comes twice for one that was not lost, and leaves some
 * of the packets of a telephone-event out of the mean time between packets: streams with events are compared by counts.
 */
export async function expectSameStreams(
  file: string,
  streams: readonly CapturedRtpStream[],
  more: readonly string[] = [],
): Promise<void> {
  const theirs = await tsharkStreams(file, more)
  const ours = new Map(
    streams.map((stream) => [
      keyOf(formatAddress(stream.source), formatAddress(stream.destination), stream.ssrc),
      stream,
    ]),
  )
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort())
  for (const [key, stream] of ours) {
    const wanted = theirs.get(key)
    expect([key, stream.packets, stream.lost - stream.duplicated]).toEqual([key, wanted?.packets, wanted?.lost])
    if (stream.payloadTypes.some(({ name }) => name === 'telephone-event')) continue
    for (const name of ['minDeltaMs', 'meanDeltaMs', 'maxDeltaMs', 'meanJitterMs', 'maxJitterMs'] as const) {
      expect(
        Math.abs((stream[name] ?? 0) - (wanted?.[name] ?? 0)),
        `${name} of ${key}: ${stream[name]} ${wanted?.[name]}`,
      ).toBeLessThan(rounding)
    }
  }
}
