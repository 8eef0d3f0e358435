import { drawMs } from '../draw.js'
import { renderHeaders } from '../render-headers.js'
import type { OperationOf, Runner } from './runner.js'

/** Sends a provisional response and lets it ring for a drawn time. */
export const ring: Runner<OperationOf<'ring'>> = {
  start(run, operation) {
    run.party.sessionOf('callee')?.ring(operation.status, operation.earlyMedia)
    run.waitMs(drawMs(operation.duration, run.party.rng))
  },
  event(run, _operation, kind) {
    if (kind !== 'timer') return false
    run.advance()
    return true
  },
}

/** Answers 200 and goes on when the ACK has come. */
export const answer: Runner<OperationOf<'answer'>> = {
  start(run) {
    run.party.sessionOf('callee')?.answer()
  },
  event(run, _operation, kind) {
    if (kind !== 'answered') return false
    run.advance()
    return true
  },
}

/** Refuses the call with a final status. */
export const reject: Runner<OperationOf<'reject'>> = {
  start(run, operation) {
    const headers = renderHeaders(operation.headers, run.party)
    run.party.sessionOf('callee')?.reject(operation.status, operation.reason, headers)
  },
}

/** Rings until the caller gives up. */
export const neverAnswer: Runner<OperationOf<'never-answer'>> = {
  start(run) {
    run.party.sessionOf('callee')?.ring(180, false)
  },
}
