import type { LiveSnapshot } from '../metrics/live-view.js'

export type Phase = 'starting' | 'registering' | 'load' | 'draining'

/** What the screen shows that the recorder does not know. */
export interface LiveContext {
  readonly title: string
  readonly phase: Phase
  /** Agents that are to register. */
  readonly registering: number
  /** Length of the load; undefined when a number of calls ends it. */
  readonly plannedMs: number | undefined
  readonly plannedCalls: number | undefined
  /** The faults of a drill, those in force and those that were, a line each. */
  readonly faults: readonly string[]
  /** Why the generator is at its limit, and what else the user should see while there is time. */
  readonly warnings: readonly string[]
}

/** Per second, over the last moments. */
export interface LiveRates {
  readonly attempts: number
  readonly packets: number
}

export interface LiveFrame {
  readonly live: LiveSnapshot
  readonly context: LiveContext
  readonly rates: LiveRates
}

const phaseText: Readonly<Record<Phase, string>> = {
  starting: 'starting',
  registering: 'registering',
  load: 'load',
  draining: 'waiting for calls to end',
}

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1))

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** 0 to 1; undefined when nobody knows how much there is to do. */
export function progress({ live, context }: LiveFrame): number | undefined {
  const { phase, plannedMs, plannedCalls, registering } = context
  if (phase === 'starting') return 0
  if (phase === 'registering') return registering === 0 ? 1 : Math.min(1, live.registered / registering)
  if (phase === 'draining') return 1
  const byTime = plannedMs === undefined || plannedMs === 0 ? 0 : (live.elapsedMs ?? 0) / plannedMs
  const byCalls = plannedCalls === undefined || plannedCalls === 0 ? 0 : live.attempted / plannedCalls
  if (plannedMs === undefined && plannedCalls === undefined) return undefined
  return Math.min(1, Math.max(byTime, byCalls))
}

function bar(share: number | undefined, width: number): string {
  if (share === undefined) return '·'.repeat(width)
  const full = Math.round(share * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}

function phaseLine(view: LiveFrame, width: number): string {
  const { live, context } = view
  const { phase, plannedMs, registering } = context
  const detail =
    phase === 'registering'
      ? ` ${live.registered}/${registering}${live.registrationsFailed > 0 ? `, ${live.registrationsFailed} failed` : ''}`
      : ''
  const elapsed = live.elapsedMs === undefined ? '' : clock(live.elapsedMs)
  const time = elapsed !== '' && plannedMs !== undefined ? `${elapsed} of ${clock(plannedMs)}` : elapsed
  const share = progress(view)
  const percent = share === undefined ? '' : `${Math.floor(share * 100)} %`
  const label = [`${phaseText[phase]}${detail}`, time, percent].filter((part) => part !== '').join('  ')
  return `${bar(share, Math.max(10, Math.min(40, width - label.length - 2)))}  ${label}`
}

function setupText({ setup }: LiveSnapshot): string {
  if (setup === null) return 'set-up –'
  return `set-up p50 ${short(setup.p50)}  p95 ${short(setup.p95)}  p99 ${short(setup.p99)} ms`
}

function mediaText({ live, rates }: LiveFrame): string {
  const expected = live.packetsReceived + live.packetsLost
  const loss = expected === 0 ? '–' : `${((live.packetsLost / expected) * 100).toFixed(2)} %`
  return `RTP ${short(rates.packets)} packets/s, loss ${loss}`
}

const hasMedia = ({ live }: LiveFrame): boolean => live.packetsSent + live.packetsReceived > 0

/** Foreign text must not move the cursor, and no line may wrap, or the screen would creep upwards. */
function toWidth(line: string, width: number): string {
  const clean = [...line.replace(/\p{Cc}/gu, ' ')]
  return clean.length <= width ? clean.join('') : `${clean.slice(0, width - 1).join('')}…`
}

/** The whole screen as text: pure, so that it can be tested without a terminal. */
export function frame(view: LiveFrame, widthColumns: number): string {
  const { live, context, rates } = view
  const width = Math.max(20, widthColumns)
  const lines = [
    context.title,
    phaseLine(view, width),
    `calls ${live.attempted} attempted (${short(rates.attempts)}/s)  ${live.concurrent} in progress  ` +
      `${live.completed} completed  ${live.failed} failed`,
    setupText(live),
    ...(hasMedia(view) ? [mediaText(view)] : []),
    ...live.failures.slice(0, 5).map(({ cause, count }) => `  ✗ ${count} × ${cause}`),
    ...context.faults.slice(-6).map((fault) => `  ⚡ ${fault}`),
    ...context.warnings.map((warning) => `  ! ${warning}`),
  ]
  return lines.map((line) => toWidth(line, width)).join('\n')
}

/** The same on one line, for logs. */
export function plainLine(view: LiveFrame): string {
  const { live, context, rates } = view
  const share = progress(view)
  const parts = [
    `${phaseText[context.phase]}${share === undefined ? '' : ` ${Math.floor(share * 100)} %`}`,
    ...(context.phase === 'registering' ? [`${live.registered}/${context.registering} registered`] : []),
    `${live.attempted} attempted (${short(rates.attempts)}/s)`,
    `${live.concurrent} in progress`,
    `${live.completed} completed`,
    `${live.failed} failed`,
    setupText(live),
    ...(hasMedia(view) ? [mediaText(view)] : []),
    ...context.faults.slice(-3).map((fault) => `⚡ ${fault}`),
    ...context.warnings.map((warning) => `! ${warning}`),
  ]
  return toWidth(parts.join(', '), 500)
}
