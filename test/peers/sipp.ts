import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Peer, startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

export interface SippOptions {
  /** Scenario file of test/interop/sipp without `.xml`, an absolute path, or `builtin:uas` for one of SIPp's own. */
  readonly scenario: string
  readonly transport?: 'udp' | 'tcp'
  readonly localAddress?: string
  readonly localPort: number
  /** `host:port`; a server scenario needs none. */
  readonly remote?: string
  readonly calls?: number
  /** Calls per second. */
  readonly rate?: number
  readonly concurrent?: number
  /** First of the media ports; SIPp also binds the second above it. */
  readonly mediaPort?: number
  /** SIPp echoes RTP; never on both ends of a call, which would be an endless storm. */
  readonly rtpEcho?: boolean
  /** The `[name]` keywords of the scenario. */
  readonly keys?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Network namespace to run in. */
  readonly namespace?: string
  /** Keeps every message for `messages` (default); load tests do without. */
  readonly traceMessages?: boolean
  /** SIPp gives up after so long; its calls so far then count as they are. */
  readonly timeoutSeconds?: number
}

export interface SippResult {
  /** 0: all calls succeeded; 1: at least one failed; 97, 99, 255: see SIPp's manual; null: it had to be killed. */
  readonly exitCode: number | null
  readonly successful: number
  readonly failed: number
  readonly created: number
  readonly retransmissions: number
  /** The last row of the statistics file by column name, such as `FailedUnexpectedMessage(C)`. */
  readonly statistics: Readonly<Record<string, string>>
  /** What the error file says; empty when SIPp met nothing unexpected. */
  readonly errors: string
  /** Every message sent and received, as SIPp prints them. */
  readonly messages: string
  /** Output of `<log>` actions. */
  readonly log: string
  readonly output: string
}

export interface Sipp {
  readonly peer: Peer
  /** Waits for SIPp to end by itself. */
  result(): Promise<SippResult>
  /** Lets calls in progress end (SIGUSR1), then reads the result. */
  finish(): Promise<SippResult>
}

const defaultTimeoutSeconds = 60
const graceSeconds = 5

const scenarioFolder = new URL('../interop/sipp/', import.meta.url).pathname

function scenarioArgs(name: string): string[] {
  if (name.startsWith('builtin:')) return ['-sn', name.slice('builtin:'.length)]
  return ['-sf', name.startsWith('/') ? name : join(scenarioFolder, `${name}.xml`)]
}

function commandLine(options: SippOptions, folder: string): string[] {
  const address = options.localAddress ?? '127.0.0.1'
  const args = [...scenarioArgs(options.scenario), '-nostdin', '-i', address, '-p', `${options.localPort}`]
  args.push('-t', options.transport === 'tcp' ? 't1' : 'u1')
  if (options.calls !== undefined) args.push('-m', `${options.calls}`)
  if (options.rate !== undefined) args.push('-r', `${options.rate}`)
  if (options.concurrent !== undefined) args.push('-l', `${options.concurrent}`)
  if (options.mediaPort !== undefined) args.push('-mi', address, '-mp', `${options.mediaPort}`)
  if (options.rtpEcho === true) args.push('-rtp_echo')
  for (const [name, value] of Object.entries(options.keys ?? {})) args.push('-key', name, value)
  // Without deadcall_wait, a SIPp whose call failed stays for another 33 s.
  args.push('-timeout', `${options.timeoutSeconds ?? defaultTimeoutSeconds}`, '-deadcall_wait', '0')
  args.push('-trace_err', '-error_file', join(folder, 'errors.log'))
  if (options.traceMessages !== false) args.push('-trace_msg', '-message_file', join(folder, 'messages.log'))
  args.push('-trace_logs', '-log_file', join(folder, 'log.log'))
  args.push('-trace_stat', '-stf', join(folder, 'statistics.csv'), '-fd', '1')
  args.push(...(options.args ?? []))
  if (options.remote !== undefined) args.push(options.remote)
  return args
}

const readIfThere = (file: string): string => (existsSync(file) ? readFileSync(file, 'latin1') : '')

/** The last row of SIPp's statistics file by column name. */
export function readStatistics(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const names = (lines[0] ?? '').split(';')
  const values = (lines.length > 1 ? (lines.at(-1) ?? '') : '').split(';')
  return Object.fromEntries(names.flatMap((name, i) => (name.trim() === '' ? [] : [[name.trim(), values[i] ?? '']])))
}

/** One second of a 400 Hz tone in PCMU (ITU-T G.711), which scenarios name as `tone.pcmu` in rtp_stream. */
function tone(): Buffer {
  // A sine of period 20 samples in mu-law, by the values of its first quarter.
  const quarter = [0xff, 0xa7, 0x99, 0x90, 0x8c, 0x8b]
  const half = [...quarter, ...quarter.slice(1, 5).reverse()]
  const period = [...half, ...half.map((value) => value & 0x7f)]
  return Buffer.from(Array.from({ length: 8000 }, (_, i) => period[i % period.length] ?? 0xff))
}

/** SIPp's own -timeout waits for calls that may never end, so it is enforced here: then there is no exit code. */
async function exitCode(peer: Peer, timeoutSeconds: number): Promise<number | null> {
  const timer = setTimeout(() => peer.signal('SIGKILL'), (timeoutSeconds + graceSeconds) * 1000)
  const { code } = await peer.exit
  clearTimeout(timer)
  return code
}

/** Starts SIPp in a temporary folder of its own. A server scenario is ready when its port is bound. */
export async function startSipp(options: SippOptions): Promise<Sipp> {
  const folder = temporaryFolder('sipp')
  writeFileSync(join(folder, 'tone.pcmu'), tone())
  const server = options.remote === undefined
  const sipp = [requirePeer('sipp'), ...commandLine(options, folder)]
  const inside = options.namespace === undefined ? [] : [requirePeer('ip'), 'netns', 'exec', options.namespace]
  const [command = '', ...args] = [...inside, ...sipp]
  const peer = await startPeer({
    command,
    args,
    cwd: folder,
    // SIPp writes the head of its statistics file only after its sockets are bound.
    ...(server ? { ready: () => existsSync(join(folder, 'statistics.csv')) } : {}),
  })
  const result = async (): Promise<SippResult> => {
    const code = await exitCode(peer, options.timeoutSeconds ?? defaultTimeoutSeconds)
    const statistics = readStatistics(readIfThere(join(folder, 'statistics.csv')))
    const count = (column: string): number => Number(statistics[column] ?? 0)
    return {
      exitCode: code,
      successful: count('SuccessfulCall(C)'),
      failed: count('FailedCall(C)'),
      created: count('TotalCallCreated'),
      retransmissions: count('Retransmissions(C)'),
      statistics,
      errors: readIfThere(join(folder, 'errors.log')),
      messages: readIfThere(join(folder, 'messages.log')),
      log: readIfThere(join(folder, 'log.log')),
      output: peer.output(),
    }
  }
  const finish = async (): Promise<SippResult> => {
    peer.signal('SIGUSR1')
    return await result()
  }
  return { peer, result, finish }
}

/** Runs SIPp to its end. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  return (await startSipp(options)).result()
}
