import type { GatewayFaults } from '../../model/scenario.js'
import { mapping, milliseconds, percent, text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkInstance, onInstance } from '../gateway-fault.js'

interface Degrading {
  readonly 'signalling delay'?: number | undefined
  readonly 'rtp loss'?: number | undefined
  readonly 'rtp delay'?: number | undefined
  readonly 'rtp jitter'?: number | undefined
  readonly busy?: number | undefined
  readonly 'no answer'?: number | undefined
}

/** What changes, and to what; a key that is left out changes nothing. */
function changes(settings: Degrading): Partial<GatewayFaults> {
  const all: Partial<Record<keyof GatewayFaults, number | undefined>> = {
    signallingDelayMs: settings['signalling delay'],
    rtpLoss: settings['rtp loss'] === undefined ? undefined : settings['rtp loss'] / 100,
    rtpDelayMs: settings['rtp delay'],
    rtpJitterMs: settings['rtp jitter'],
    busyPercent: settings.busy,
    noAnswerPercent: settings['no answer'],
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

export const degrade = defineFault({
  word: 'degrade',
  help: 'lets an embedded gateway serve badly by known amounts; undone by what the scenario says under gateway',
  settings: mapping({
    gateway: text.describe('which gateway'),
    'signalling delay': milliseconds.optional().describe('each message is held so long before it is forwarded'),
    'rtp loss': percent.optional().describe('share of relayed RTP packets that are dropped'),
    'rtp delay': milliseconds.optional().describe('relayed RTP is delayed by this'),
    'rtp jitter': milliseconds.optional().describe('relayed RTP is delayed by a random time up to this'),
    busy: percent.optional().describe('share of new calls that the gateway answers 486'),
    'no answer': percent.optional().describe('share of new calls that the gateway never answers'),
  }),
  example: '- { at: 30s, for: 20s, degrade: { gateway: gateway-1, rtp loss: 20%, signalling delay: 300ms } }',
  subjects: ({ gateway }) => [`${gateway}/faults`],
  target: ({ gateway }) => gateway,
  check(settings, place) {
    checkInstance(settings.gateway, place, 'gateway')
    if (Object.keys(changes(settings)).length === 0) place.problem('nothing says what gets worse')
  },
  async prepare(settings, scene) {
    const instance = scene.instance(settings.gateway)
    const change = changes(settings)
    const before: Partial<GatewayFaults> = Object.fromEntries(
      Object.keys(change).map((name) => [name, instance.faults[name as keyof GatewayFaults]]),
    )
    return onInstance({
      does: `let ${settings.gateway} serve badly: ${JSON.stringify(change)}`,
      undoes: `let ${settings.gateway} serve as before`,
      make: () => instance.fault(change),
      undo: () => instance.fault(before),
    })
  },
})
