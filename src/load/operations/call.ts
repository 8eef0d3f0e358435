import { drawMs } from '../draw.js'
import { describeExpected, meets, type OperationOf, type Runner } from './runner.js'

/** Places the call and waits for the final answer that the step expects. */
export const call: Runner<OperationOf<'call'>> = {
  start(run, operation) {
    run.party.startCall(run, operation as never)
    const cancelMs = operation.cancelAfter ? drawMs(operation.cancelAfter, run.party.rng) : undefined
    const patienceMs = operation.answerWithinMs
    if (cancelMs !== undefined) run.waitMs(cancelMs)
    else if (patienceMs !== undefined) run.waitMs(patienceMs)
  },
  event(run, operation, kind, status, session) {
    if (session && session.role !== run.party.role) return true
    if (kind === 'progress') return true
    if (kind === 'timer') {
      run.party.sessionOf('caller')?.cancel(operation.cancelAfter === undefined)
      return true
    }
    if (kind === 'answered') {
      if (meets(operation.expect, status)) run.advance()
      else {
        session?.bye([])
        run.finish('unexpected', `answered ${status} where ${describeExpected(operation.expect)} was expected`)
      }
      return true
    }
    if (kind !== 'ended') return false
    // RFC 3261 9.1: a 200 that crossed our CANCEL was hung up at once, and the caller got what it wanted.
    const crossed = operation.cancelAfter !== undefined && run.ending?.outcome === 'cancelled'
    if (crossed || (status >= 300 && meets(operation.expect, status))) {
      run.advance()
      return true
    }
    return false
  },
}
