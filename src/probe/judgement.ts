import type { Entry, Exchange } from './exchange.js'

export type ProbeVerdict =
  | { readonly verdict: 'pass'; readonly why?: string }
  | { readonly verdict: 'violation'; readonly found: string; readonly proof: readonly Entry[] }
  | { readonly verdict: 'not applicable'; readonly why: string }
  | { readonly verdict: 'inconclusive'; readonly why: string }

export const pass: ProbeVerdict = { verdict: 'pass' }
/** Not what is recommended, but allowed. */
export const lenient = (why: string): ProbeVerdict => ({ verdict: 'pass', why })
export const inapplicable = (why: string): ProbeVerdict => ({ verdict: 'not applicable', why })
export const inconclusive = (why: string): ProbeVerdict => ({ verdict: 'inconclusive', why })

/** `proof` are the messages that show it; what is undefined is left out. */
export const violation = (found: string, ...proof: readonly (Entry | undefined)[]): ProbeVerdict => ({
  verdict: 'violation',
  found,
  proof: proof.filter((entry) => entry !== undefined),
})

/** `pass` when it holds, else the violation. */
export const must = (holds: boolean, found: string, ...proof: readonly (Entry | undefined)[]): ProbeVerdict =>
  holds ? pass : violation(found, ...proof)

/** Why there is nothing to judge: no final response to that request, or a challenge that we cannot answer. */
export function unanswered(exchange: Exchange, label: string): ProbeVerdict | undefined {
  const status = exchange.status(label)
  if (exchange.sent(label) === undefined) return inapplicable('the conversation did not come that far')
  if (status === 0) return inconclusive('no reaction within the time')
  if (status === 401 || status === 407) return inconclusive(`asks for credentials (${status}): give --accounts`)
  if (status === 503) return inconclusive('the target is overloaded (503)')
  return undefined
}

interface Accepted {
  /** Statuses that show the requirement kept. */
  readonly accept: (status: number) => boolean
  /** Statuses that say that the target never came to the point, with the reason. */
  readonly skip?: Readonly<Record<number, string>>
  readonly expected: string
}

/** The request gets a final response of a status that the sentence permits. */
export const answered =
  (label: string, { accept, skip, expected }: Accepted) =>
  (exchange: Exchange): ProbeVerdict => {
    const status = exchange.status(label)
    if (status !== 0 && accept(status)) return pass
    const reason = skip?.[status]
    if (reason !== undefined) return inapplicable(reason)
    return (
      unanswered(exchange, label) ??
      violation(`answered ${status} instead of ${expected}`, exchange.sent(label), exchange.final(label))
    )
  }

export const anyOf =
  (...statuses: readonly number[]) =>
  (status: number): boolean =>
    statuses.includes(status)

/** The second request is answered as the first was. */
export const answeredAlike =
  (label: string, reference: string) =>
  (exchange: Exchange): ProbeVerdict => {
    const missing = unanswered(exchange, reference)
    if (missing !== undefined) return missing
    const [status, wanted] = [exchange.status(label), exchange.status(reference)]
    if (status === 0) {
      return violation(
        `no answer, while the same request in plain form was answered ${wanted}`,
        exchange.sent(label),
        exchange.final(reference),
      )
    }
    return must(
      status === wanted,
      `answered ${status}, while the same request in plain form was answered ${wanted}`,
      exchange.sent(label),
      exchange.final(label),
    )
  }

/** One judgement that needs another kind of look first. */
export const given =
  (ready: (exchange: Exchange) => ProbeVerdict | undefined, judge: (exchange: Exchange) => ProbeVerdict) =>
  (exchange: Exchange): ProbeVerdict =>
    ready(exchange) ?? judge(exchange)

/** A final response that means success (RFC 3261 21.2). */
export const is2xx = (status: number): boolean => status >= 200 && status < 300
