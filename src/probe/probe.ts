import type { Exchange } from './exchange.js'
import type { ProbeVerdict } from './judgement.js'
import type { Stage } from './stage.js'

/** What kind of element a probe judges. */
export const judgedElements = ['server', 'uas', 'uac', 'registrar', 'proxy'] as const
export type JudgedElement = (typeof judgedElements)[number]

/**
 * What a probe cannot do without. `stream`: the target is reached over TCP, TLS, WS or WSS; `ws`: over WS or WSS; `udp-too`: it
 * is known where it is reached over UDP besides; `incoming`: the target itself calls us; `slow`: it takes half a minute and more; the others are what --declare says of
 * the target.
 */
export const needs = [
  'udp',
  'stream',
  'ws',
  'tls',
  'udp-too',
  'incoming',
  'slow',
  'stateless-uas',
  'stateless-proxy',
  'redirect',
  'ends-lost-calls',
] as const
export type Need = (typeof needs)[number]

/** One sentence of an RFC and how the recorded exchange decides it. */
export interface Expectation {
  /** Id in the catalogue. */
  readonly statement: string
  /** What is expected, in one sentence. */
  readonly title: string
  /** Pure: the same exchange gives the same verdict. */
  readonly judge: (exchange: Exchange) => ProbeVerdict
}

/** One conversation with the target, and the sentences that its course decides. */
export interface Probe {
  readonly id: string
  readonly element: JudgedElement
  /** What is sent, in one sentence. */
  readonly title: string
  readonly needs?: readonly Need[]
  /** Longest time it takes in all; default `defaultLimitMs`. */
  readonly limitMs?: number
  readonly stimulate: (stage: Stage) => Promise<void>
  readonly expectations: readonly Expectation[]
}

export const defaultLimitMs = 20_000

export const defineProbe = (probe: Probe): Probe => probe
