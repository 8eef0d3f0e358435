import { bindingsIn, registration } from './conversation.js'
import type { Exchange } from './exchange.js'
import { type ProbeVerdict, unanswered } from './judgement.js'
import type { Party } from './party.js'
import type { RequestParts } from './request-text.js'
import type { Stage } from './stage.js'

/** Asks which bindings there are. */
export const fetch = (stage: Stage, party: Party, label: string, changes: Partial<RequestParts> = {}) =>
  stage.ask(party, registration(stage, party, { contact: undefined, headers: [], ...changes }), label)

/** The bindings that the response to `label` lists, with the seconds each has left. */
export const bindings = (exchange: Exchange, label: string): ReadonlyMap<string, number> =>
  bindingsIn(exchange.final(label)?.message)

/** The user part of a URI lost its parameters: enough to tell one binding from another. */
export const has = (exchange: Exchange, label: string, uri: string): boolean =>
  [...bindings(exchange, label).keys()].some((each) => each.startsWith(uri.split(';')[0] ?? uri))

/** Nothing can be judged unless each of these requests was answered. */
export const needed =
  (...labels: readonly string[]) =>
  (exchange: Exchange): ProbeVerdict | undefined =>
    labels.map((label) => unanswered(exchange, label)).find((missing) => missing !== undefined)

/** Two devices of one user, and a Contact of one. */
export const a = 'sip:a@192.0.2.1:5060'
export const b = 'sip:b@192.0.2.2:5060'
export const contact = (uri: string, parameters = ''): string => `<${uri}>${parameters}`
