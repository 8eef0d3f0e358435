import { sleep } from '../base/clock.js'
import { calledUri, hangUp, ring } from './conversation.js'
import { inapplicable, inconclusive, type ProbeVerdict } from './judgement.js'
import { type PlayedProbe, type PlayOptions, play } from './play.js'
import type { Need, Probe } from './probe.js'
import type { ProbeTarget } from './target.js'

export interface SeriesOptions extends PlayOptions {
  /** Probes that take half a minute and more, too. */
  readonly slow: boolean
  /** For all of them together; what does not begin within it is inconclusive. */
  readonly limitMs: number
  /** Told before each probe is played. */
  readonly onProbe?: (probe: Probe) => void
  readonly interrupted?: () => boolean
}

const pauseMs = 50

const lives: Probe = {
  id: 'lives',
  element: 'server',
  title: 'OPTIONS and then INVITE, to see whether the target answers at all',
  limitMs: 12_000,
  expectations: [],
  async stimulate(stage) {
    const caller = await stage.party('caller')
    for (let tries = 0; tries < 2 && stage.exchange.received('caller').length === 0; tries++) {
      await stage.ask(caller, caller.request('OPTIONS', `sip:${stage.target.domain}`), 'lives')
    }
    if (stage.exchange.received('caller').length > 0) return
    // There are phones that know nothing but calls.
    const invite = await ring(stage, caller, calledUri(stage))
    if (stage.exchange.responses('invite').length === 0) return
    const answer = await stage.final('invite')
    if (answer !== undefined && answer.status >= 300) stage.acknowledge(caller, invite, answer)
    else if (answer !== undefined) await hangUp(stage, caller, 'invite')
    else
      stage.send(caller, { ...invite, method: 'CANCEL', vias: invite.vias.slice(0, 1), body: '', contact: undefined })
  },
}

/** Whether the target answers anything; undefined, or why it is taken for dead. */
export async function refusesToLive(options: PlayOptions): Promise<string | undefined> {
  if (options.target.callsUs) return undefined
  const { entries } = await play(lives, options)
  if (entries.some(({ direction, message }) => direction === 'received' && message !== undefined)) return undefined
  const event = entries.find(({ direction }) => direction === 'event')
  return event === undefined ? 'neither OPTIONS nor INVITE is answered' : event.text
}

/** Plays probes one after the other; when the target falls silent, what is left is not judged. */
export async function playSeries(probes: readonly Probe[], options: SeriesOptions): Promise<readonly PlayedProbe[]> {
  const { clock, limitMs, target } = options
  const endMs = clock.nowMs() + limitMs
  const played: PlayedProbe[] = []
  let silence: string | undefined
  for (const probe of probes) {
    const reason = unfit(probe, target, options.slow)
    if (reason !== undefined) played.push(unplayed(probe, inapplicable(reason)))
    else if (options.interrupted?.() === true) played.push(unplayed(probe, inconclusive('interrupted')))
    else if (silence !== undefined) played.push(unplayed(probe, inconclusive(silence)))
    else if (clock.nowMs() > endMs)
      played.push(unplayed(probe, inconclusive('the time for all probes is over: --only')))
    else {
      options.onProbe?.(probe)
      const done = await play(probe, options)
      played.push(done)
      await sleep(clock, pauseMs)
      if (isSilent(done) && (await refusesToLive(options)) !== undefined) {
        silence = `the target has not answered since ${probe.id}`
      }
    }
  }
  return played
}

/** Nothing at all came back: the target may have been brought down. */
const isSilent = ({ entries }: PlayedProbe): boolean =>
  entries.some(({ direction }) => direction === 'sent') &&
  !entries.some(({ direction, message }) => direction === 'received' && message !== undefined)

const unplayed = (probe: Probe, verdict: ProbeVerdict): PlayedProbe => ({
  probe,
  entries: [],
  verdicts: new Map(probe.expectations.map(({ statement }) => [statement, verdict])),
})

const lacking: Readonly<Record<Need, (target: ProbeTarget, slow: boolean) => string | undefined>> = {
  udp: ({ transport }) => (transport === 'udp' ? undefined : 'only over UDP'),
  stream: ({ transport }) => (transport === 'udp' ? 'only over a stream' : undefined),
  ws: ({ transport }) => (transport.startsWith('ws') ? undefined : 'only over WS and WSS'),
  tls: ({ transport }) => (transport === 'tls' || transport === 'wss' ? undefined : 'only over TLS and WSS'),
  'udp-too': ({ transport, udp }) =>
    transport === 'udp' || udp !== undefined ? undefined : 'its address for UDP is not known: --udp',
  slow: (_, slow) => (slow ? undefined : 'takes half a minute and more: --slow'),
  incoming: ({ callsUs }) => (callsUs ? undefined : 'the target has to call us: --listen'),
  'stateless-uas': declared('stateless-uas'),
  'stateless-proxy': declared('stateless-proxy'),
  redirect: declared('redirect'),
  'ends-lost-calls': declared('ends-lost-calls'),
}

function declared(need: Need) {
  return (target: ProbeTarget): string | undefined =>
    target.declared.has(need) ? undefined : `only for what is declared so: --declare ${need}`
}

/** Why a probe does not fit that target; undefined when it does. */
export function unfit(probe: Probe, target: ProbeTarget, slow: boolean): string | undefined {
  const needs = probe.needs ?? []
  if (target.callsUs && !needs.includes('incoming')) return 'the target calls us, and is not called'
  return needs.map((need) => lacking[need](target, slow)).find((reason) => reason !== undefined)
}
