import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'

/** Answers a request with nothing but a status. */
export function answer(transaction: ServerTransaction, request: SipMessage, status: number, reason: string): void {
  if (request.method === 'ACK') return
  transaction.respond(status, writeResponse(request, status, reason, { toTag: transaction.localTag }))
}
