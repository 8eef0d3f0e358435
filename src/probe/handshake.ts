import type { Entry, Exchange } from './exchange.js'
import { httpStatus } from './http.js'
import { inapplicable, inconclusive, must, type ProbeVerdict } from './judgement.js'

/** The head that came as the answer to the handshake of that name; empty when none came. */
export const answerTo = (exchange: Exchange, name: string): string => exchange.others(name)[0]?.text ?? ''

export const statusTo = (exchange: Exchange, name: string): number => httpStatus(answerTo(exchange, name))

/** The request of that handshake and what came of it: what proves a judgement. */
export const proofOf = (exchange: Exchange, name: string): readonly (Entry | undefined)[] => [
  exchange.entries.find(({ party, direction }) => party === name && direction === 'sent'),
  exchange.others(name)[0],
  exchange.event(name, 'closed'),
]

/** Why a changed handshake says nothing: the usual one is refused as well. */
export function unopened(exchange: Exchange, plain = 'plain'): ProbeVerdict | undefined {
  const status = statusTo(exchange, plain)
  if (status === 101) return undefined
  if (status === 0) return inconclusive('the usual handshake is not answered')
  return inapplicable(`the usual handshake is answered ${status}`)
}

export const ended = (exchange: Exchange, name: string): string => {
  const status = statusTo(exchange, name)
  if (status > 0) return `answered ${status}`
  if (answerTo(exchange, name) !== '') return 'answered by something that is no HTTP'
  return exchange.event(name, 'closed') === undefined ? 'no answer within 2.5 s' : 'closed without an answer'
}

/** What is judged in parts: the first part that is not kept decides. */
export const both =
  (one: (exchange: Exchange) => ProbeVerdict, other: (exchange: Exchange) => ProbeVerdict) =>
  (exchange: Exchange): ProbeVerdict => {
    const first = one(exchange)
    return first.verdict === 'pass' ? other(exchange) : first
  }

/** Each of these handshakes ends as the sentence permits, where the usual one is taken. */
export const eachEnds =
  (names: readonly string[], permitted: (status: number, head: string) => boolean) =>
  (exchange: Exchange): ProbeVerdict => {
    const missing = unopened(exchange)
    if (missing !== undefined) return missing
    const wrong = names.find((name) => !permitted(statusTo(exchange, name), answerTo(exchange, name)))
    return must(
      wrong === undefined,
      `${wrong}: ${ended(exchange, wrong ?? '')}`,
      ...(wrong === undefined ? [] : proofOf(exchange, wrong)),
    )
  }
