import type { SampleStream } from '../../src/model/call-sample.js'
import type { RunResult } from '../../src/model/result.js'
import { tshark, tsharkFields } from '../peers/capture.js'

/** One stream as the wire shows it at its receiver. */
export interface WireStream {
  /** Figures of tshark's own RTP analysis over the whole capture. */
  readonly lost: number
  readonly meanJitterMs: number
  /** Packets up to the last one that the receiver counted, and those that came after it had closed. */
  readonly packets: number
  readonly afterEnd: number
}

export const receivedStreams = (result: RunResult): SampleStream[] =>
  result.samples.flatMap(({ streams }) => streams ?? [])

const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1))
const keyOf = (port: number, ssrc: number): string => `${port} ${ssrc}`

/** Less than a packet time, more than what the kernel and the event loop need. */
const slackSeconds = 0.015

/** Every stream that `result` reports, found in the capture by receiving port and SSRC, in the order of the report. */
export async function streamsOnWire(file: string, result: RunResult): Promise<(WireStream | undefined)[]> {
  const streams = receivedStreams(result)
  const ports = streams.map(({ local }) => portOf(local))
  const decode = ['-d', `udp.port==${Math.min(...ports)}-${Math.max(...ports)},rtp`]
  const analysed = await analysedStreams(file, decode)
  const fields = ['udp.dstport', 'rtp.ssrc', 'frame.time_epoch']
  const times = new Map<string, number[]>()
  for (const [port, ssrc, time] of await tsharkFields(file, 'rtp.version == 2', fields, decode)) {
    const key = keyOf(Number(port), Number(ssrc))
    const known = times.get(key) ?? []
    known.push(Number(time))
    times.set(key, known)
  }
  return streams.map(({ local, ssrc, firstPacketMs, lastPacketMs }) => {
    const key = keyOf(portOf(local), ssrc)
    const seen = times.get(key)
    const figures = analysed.get(key)
    if (!seen || !figures) return undefined
    const until = (seen[0] ?? 0) + ((lastPacketMs ?? 0) - (firstPacketMs ?? 0)) / 1000 + slackSeconds
    const packets = seen.filter((time) => time <= until).length
    return { ...figures, packets, afterEnd: seen.length - packets }
  })
}

/** Rows of `-z rtp,streams` by receiving port and SSRC. */
async function analysedStreams(
  file: string,
  decode: readonly string[],
): Promise<Map<string, Pick<WireStream, 'lost' | 'meanJitterMs'>>> {
  const row =
    /\s(\d+)\s+0x([0-9A-F]{8})\s+\S.*?\s+\d+\s+(-?\d+) \(-?[\d.]+%\)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)\s+[\d.]+/
  const streams = new Map<string, Pick<WireStream, 'lost' | 'meanJitterMs'>>()
  for (const line of (await tshark(file, [...decode, '-q', '-z', 'rtp,streams'])).split('\n')) {
    const [, port, ssrc = '', lost, jitter] = row.exec(line) ?? []
    if (!ssrc) continue
    streams.set(keyOf(Number(port), Number.parseInt(ssrc, 16)), { lost: Number(lost), meanJitterMs: Number(jitter) })
  }
  return streams
}
