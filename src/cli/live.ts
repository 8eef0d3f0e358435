import { performance } from 'node:perf_hooks'
import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { createLogUpdate } from 'log-update'
import type { LiveSnapshot } from '../metrics/live-view.js'
import { frame, type LiveContext, type LiveRates, plainLine } from './live-frame.js'
import type { LogLevel } from './run/run-log.js'

const screenPeriodMs = 250
const linePeriodMs = 5000
/** Rates are those of about the last two seconds: steady enough to read. */
const rateWindowMs = 2000

export interface LiveSource {
  live(): LiveSnapshot
  context(): LiveContext
}

interface Look {
  readonly atMs: number
  readonly attempted: number
  readonly packets: number
}

/** Differences over a sliding stretch. */
export class RateMeter {
  readonly #looks: Look[] = []

  rates(live: LiveSnapshot, nowMs: number): LiveRates {
    const packets = live.packetsSent + live.packetsReceived
    this.#looks.push({ atMs: nowMs, attempted: live.attempted, packets })
    while (this.#looks.length > 2 && nowMs - (this.#looks[1]?.atMs ?? nowMs) >= rateWindowMs) this.#looks.shift()
    const first = this.#looks[0]
    if (first === undefined || nowMs <= first.atMs) return { attempts: 0, packets: 0 }
    const seconds = (nowMs - first.atMs) / 1000
    return { attempts: (live.attempted - first.attempted) / seconds, packets: (packets - first.packets) / seconds }
  }
}

/**
 * Shows a run while it runs: a screen drawn over itself on a terminal, else a plain line every five seconds. Returns
 * what ends it.
 */
export function startLive(source: LiveSource, output: WriteStream | NodeJS.WritableStream): () => void {
  const meter = new RateMeter()
  // The first line shows rates since now.
  meter.rates(source.live(), performance.now())
  // A terminal that does not know its size, as some containers have, gets lines as well.
  const terminal = 'isTTY' in output && output.isTTY && output.columns !== 0 && output.rows !== 0
  const update = terminal ? createLogUpdate(output, { showCursor: false }) : undefined
  const draw = (): void => {
    const live = source.live()
    const view = { live, context: source.context(), rates: meter.rates(live, performance.now()) }
    if (update === undefined) output.write(`${plainLine(view)}\n`)
    else update(frame(view, (output as WriteStream).columns ?? 80))
  }
  const timer = setInterval(draw, terminal ? screenPeriodMs : linePeriodMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    update?.clear()
    update?.done()
  }
}

/** Where a run is shown: a screen needs standard error for itself. */
export const liveOutput = (logLevel: LogLevel): NodeJS.WritableStream =>
  logLevel === 'error' ? process.stderr : new LineOutput()

/** Standard error as a plain stream: lines instead of a screen, so that log lines can stand between them. */
export class LineOutput extends Writable {
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    process.stderr.write(chunk, done)
  }
}
