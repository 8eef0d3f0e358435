import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import type { ServerTransaction } from '../sip/transaction/server-transaction.js'
import { answer } from './bare-answer.js'
import { allowedMethods } from './profile.js'
import { refuseExtensions } from './request-refusal.js'
import type { Session } from './session.js'
import { arrivalOf } from './session-times.js'

type Handler = (session: Session, transaction: ServerTransaction, request: SipMessage) => void

const ok: Handler = (session, transaction, request) => {
  answer(transaction, request, 200, 'OK')
  session.trace('sent', `200 OK (${request.method})`)
}

/** What each request within a dialog does (RFC 3261 12.2.2). */
const handlers: Readonly<Record<string, Handler>> = {
  BYE(session, transaction, request) {
    session.times.byeReceivedMs ??= arrivalOf(request, session.nowMs, session.times.answeredMs)
    ok(session, transaction, request)
    // Both hung up at once: theirs counts as the end, ours is answered 481 or 200 and no longer matters.
    session.end({ outcome: 'completed', by: 'remote', status: 200, reason: '' })
  },
  INVITE: (session, transaction, request) => session.modification.onRequest(transaction, request),
  UPDATE: (session, transaction, request) => session.modification.onRequest(transaction, request),
  PRACK: (session, transaction, request) => session.onPrack(transaction, request),
  REFER: (session, transaction, request) => session.referral.onRefer(transaction, request),
  NOTIFY: (session, transaction, request) => session.referral.onNotify(transaction, request),
  INFO(session, transaction, request) {
    const digit = /^Signal=\s*([0-9A-D*#])/im.exec(request.bodyText)?.[1]
    ok(session, transaction, request)
    if (digit !== undefined) session.noteDigit(digit)
  },
  OPTIONS: ok,
  MESSAGE: ok,
}

/** Serves one request that belongs to the session's dialog. */
export function serveInDialog(session: Session, transaction: ServerTransaction, request: SipMessage): void {
  const { dialog } = session
  if (!dialog || (session.state === 'ended' && request.method !== 'BYE')) {
    answer(transaction, request, 481, 'Call/Transaction Does Not Exist')
    return
  }
  if (dialog.admit(request) === 'too-old') {
    answer(transaction, request, 500, 'CSeq Out of Order')
    return
  }
  const refusal = refuseExtensions(request)
  if (refusal) {
    transaction.respond(420, writeResponse(request, 420, '', { lines: refusal.lines }))
    return
  }
  const handler = handlers[request.method]
  if (handler) handler(session, transaction, request)
  else {
    const lines = `Allow: ${allowedMethods}\r\n`
    transaction.respond(405, writeResponse(request, 405, 'Method Not Allowed', { lines }))
  }
}
