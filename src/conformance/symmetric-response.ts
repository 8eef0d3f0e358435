import type { ObservedMessage } from './model/observed-message.js'
import { inconclusive, type Judgement, violation } from './rule.js'

/**
 * A violation of what RFC 3581 4 wants of a server, where something shows that it implements RFC 3581: to others `rport`
 * is a parameter that they do not know and copy.
 */
export const symmetricViolation = (response: ObservedMessage, ...[found, ...points]: Parameters<typeof violation>) =>
  knowsRport(response) ? violation(found, ...points) : unknown

const unknown: Judgement = inconclusive('nothing shows that the server implements RFC 3581')

/** It filled in rport in some response of the conversation, or asks for it in a request of its own. */
function knowsRport(response: ObservedMessage): boolean {
  if (fillsRport(response)) return true
  const messages = response.transaction?.conversation.messages ?? []
  return messages.some(
    (message) =>
      message.sender === response.sender &&
      (message.isRequest ? message.sip.topVia.params.has('rport') : fillsRport(message)),
  )
}

const fillsRport = ({ sip }: ObservedMessage): boolean => sip.topVia.rport !== undefined
