import { join } from 'node:path'
import { freePortRange } from './free-port.js'
import { runProgram, startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

/** What rtp-sink.c says of one stream; deviations are from first packet + k packet times, by kernel time stamps. */
export interface SinkStream {
  readonly source: string
  readonly port: number
  readonly ssrc: number
  readonly payloadType: number
  readonly packets: number
  readonly expected: number
  readonly lost: number
  readonly duplicates: number
  readonly reordered: number
  readonly bytes: number
  readonly gapMeanMs: number
  readonly gapMaxMs: number
  readonly deviationMeanMs: number
  readonly deviationP99Ms: number
  readonly deviationMaxMs: number
  /** Share of the packets within 5 ms (or `withinMs`) of the schedule, 0 to 1. */
  readonly within: number
  readonly firstMs: number
}

export interface SinkReport {
  readonly streams: readonly SinkStream[]
  readonly packets: number
  readonly expected: number
  readonly lost: number
  readonly deviationMeanMs: number
  readonly deviationP50Ms: number
  readonly deviationP99Ms: number
  readonly deviationMaxMs: number
  readonly within: number
  /** Of the time between two packets in sequence: mean distance from the packet time, and its 99th percentile. */
  readonly gapDeviationMeanMs: number
  readonly gapP99Ms: number
  readonly rtcp: number
  readonly malformed: number
  /** Packets that the kernel dropped because this sink was too slow: they are not the sender's loss. */
  readonly kernelDrops: number
}

export interface SinkOptions {
  readonly address?: string
  /** How many ports, two apart; one stream per port is usual. */
  readonly ports?: number
  readonly ptimeMs?: number
  readonly withinMs?: number
  /** Sends every packet back to where it came from. */
  readonly echo?: boolean
}

export interface RtpSink {
  readonly address: string
  readonly ports: readonly number[]
  stop(): Promise<SinkReport>
}

const source = new URL('rtp-sink.c', import.meta.url).pathname

/** Compiles the sink into a temporary folder and starts it on free ports. */
export async function startRtpSink(options: SinkOptions = {}): Promise<RtpSink> {
  const program = join(temporaryFolder('rtp-sink'), 'rtp-sink')
  const compiled = await runProgram({
    command: requirePeer('gcc'),
    args: ['-O2', '-Wall', '-Wextra', '-Werror', '-o', program, source, '-lm'],
  })
  if (compiled.code !== 0) throw new Error(`rtp-sink.c does not compile:\n${compiled.output}`)
  const address = options.address ?? '127.0.0.1'
  const count = options.ports ?? 1
  const first = await freePortRange(count * 2, address)
  const args = ['--address', address, '--first-port', `${first}`, '--ports', `${count}`]
  args.push('--ptime-ms', `${options.ptimeMs ?? 20}`, '--within-ms', `${options.withinMs ?? 5}`)
  if (options.echo === true) args.push('--echo')
  const peer = await startPeer({ command: program, args, ready: /^ready$/m, stopSignal: 'SIGINT' })
  return {
    address,
    ports: Array.from({ length: count }, (_, i) => first + 2 * i),
    stop: async () => {
      const exit = await peer.stop()
      if (exit.code !== 0) throw new Error(`rtp-sink ended with ${exit.code ?? exit.signal}:\n${peer.output()}`)
      return JSON.parse(peer.stdout()) as SinkReport
    },
  }
}
