import type { Exchange, SipEntry } from './exchange.js'

/** Final responses to the request `label` that came well after `marker` was sent: copies of one given before. */
export const copiesAfter = (exchange: Exchange, label: string, marker: string): readonly SipEntry[] => {
  const afterMs = exchange.sent(marker)?.atMs ?? Number.POSITIVE_INFINITY
  return exchange.finals(label).filter(({ atMs }) => atMs > afterMs + 200)
}
