import type { Exchange, SipEntry } from './exchange.js'
import { inapplicable, type ProbeVerdict, unanswered } from './judgement.js'
import type { Party } from './party.js'
import type { RequestParts } from './request-text.js'
import type { Stage } from './stage.js'

/** Sends a request, and answers it 200 where it arrives at the callee. */
export async function passThrough(
  stage: Stage,
  caller: Party,
  callee: Party,
  parts: RequestParts,
  label: string,
): Promise<SipEntry | undefined> {
  stage.send(caller, parts, label)
  const arrived = (exchange: Exchange): SipEntry | undefined => exchange.forwarded(label, callee.name)[0]
  await stage.until((exchange) => arrived(exchange) !== undefined || exchange.status(label) > 0)
  const entry = arrived(stage.exchange)
  if (entry !== undefined) {
    stage.respond(callee, entry.message, 200, { toTag: 'through' })
    await stage.final(label)
  }
  return entry
}

/** Whether the target forwards anything at all to our callee; judged only then. */
export const forwarding =
  (label: string, party = 'callee') =>
  (exchange: Exchange): ProbeVerdict | undefined =>
    exchange.forwarded(label, party).length > 0
      ? undefined
      : (unanswered(exchange, label) ??
        inapplicable(`a plain request does not reach our callee (${exchange.status(label)})`))
