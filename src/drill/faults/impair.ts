import { flag, mapping, milliseconds, percent, text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { type Impairment, unimpaired } from '../relay/impairment.js'

interface Settings {
  readonly target: string
  readonly delay?: number | undefined
  readonly jitter?: number | undefined
  readonly 'delay grows by'?: number | undefined
  readonly loss?: number | undefined
  readonly duplicate?: number | undefined
  readonly reorder?: number | undefined
  readonly silence?: boolean | undefined
}

const shareOf = (percentage: number | undefined): number => (percentage ?? 0) / 100

const impairmentOf = (settings: Settings): Impairment => ({
  delayMs: settings.delay ?? 0,
  jitterMs: settings.jitter ?? 0,
  growthMsPerSecond: settings['delay grows by'] ?? 0,
  loss: shareOf(settings.loss),
  duplicate: shareOf(settings.duplicate),
  reorder: shareOf(settings.reorder),
  blackhole: settings.silence ?? false,
})

const isUnimpaired = (impairment: Impairment): boolean =>
  Object.entries(unimpaired).every(([name, value]) => impairment[name as keyof Impairment] === value)

function describe(settings: Settings): string {
  const { target, silence, ...others } = settings
  const parts = Object.entries(others).map(
    ([name, value]) => `${name} ${value}${/delay|jitter/.test(name) ? ' ms' : ' %'}`,
  )
  return silence ? 'silent' : parts.join(', ')
}

export const impair = defineFault({
  word: 'impair',
  help: "impairs the signalling between agents and a target by siploadgen's own relay, which then stands between them from the start; needs no privilege",
  settings: mapping({
    target: text.describe('an embedded gateway, or a target by its name'),
    delay: milliseconds.optional().describe('each message is held so long, both ways'),
    jitter: milliseconds.optional().describe('a random time up to this on top'),
    'delay grows by': milliseconds.optional().describe('more delay with every second: a slow death'),
    loss: percent.optional().describe('share of datagrams that are lost, by exact count'),
    duplicate: percent.optional().describe('share of datagrams that arrive twice'),
    reorder: percent.optional().describe('share of datagrams that overtake the delayed ones'),
    silence: flag.optional().describe('nothing passes: datagrams are lost, connections stand and are silent'),
  }),
  example: '- { at: 30s, for: 5s, impair: { target: gateway-1, silence: true } }',
  subjects: ({ target }) => [`${target}/path`],
  target: ({ target }) => target,
  check(settings, place) {
    if (isUnimpaired(impairmentOf(settings))) place.problem('nothing says what becomes of the messages')
    if (settings.reorder !== undefined && settings.delay === undefined)
      place.problem('reorder needs a delay', 'reorder')
    if (!place.targets.includes(settings.target)) {
      const known = place.targets.length === 0 ? 'no target has an address' : `known are ${place.targets.join(', ')}`
      place.problem(`there is no target "${settings.target}" with an address; ${known}`, 'target')
    }
  },
  async prepare(settings, scene) {
    const { relay } = scene
    if (!relay) throw new Error('a scenario that impairs a target has a relay')
    return {
      does: `impair the way to ${settings.target}: ${describe(settings)}`,
      undoes: `let everything pass to ${settings.target}`,
      undos: [],
      inForce: 'made',
      undone: true,
      make: () => relay.impair(settings.target, impairmentOf(settings)),
      undo: () => relay.impair(settings.target, unimpaired),
    }
  },
})
