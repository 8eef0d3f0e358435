import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import { answer } from './bare-answer.js'
import type { Phone } from './phone.js'
import { allowedMethods } from './profile.js'
import { refuseExtensions } from './request-refusal.js'

/** Requests that make no sense without a dialog (RFC 3261 12.2.2). */
const dialogOnly: ReadonlySet<string> = new Set(['BYE', 'NOTIFY', 'UPDATE', 'PRACK', 'REFER'])

/** Serves a request that belongs to no dialog and opens none. */
export function serveOutsideDialog(phone: Phone, transaction: ServerTransaction, request: SipMessage): void {
  const { method } = request
  const refusal = refuseExtensions(request)
  if (refusal) {
    const { status, lines } = refusal
    transaction.respond(status, writeResponse(request, status, '', { toTag: transaction.localTag, lines }))
  } else if (method === 'OPTIONS') {
    transaction.respond(
      200,
      writeResponse(request, 200, 'OK', { toTag: transaction.localTag, lines: phone.capabilities.lines }),
    )
  } else if (method === 'MESSAGE' || method === 'INFO') answer(transaction, request, 200, 'OK')
  else if (dialogOnly.has(method)) answer(transaction, request, 481, 'Call/Transaction Does Not Exist')
  else {
    const lines = `Allow: ${allowedMethods}\r\n`
    transaction.respond(405, writeResponse(request, 405, 'Method Not Allowed', { toTag: transaction.localTag, lines }))
  }
}
