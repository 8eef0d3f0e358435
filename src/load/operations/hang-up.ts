import { renderHeaders } from '../render-headers.js'
import type { OperationOf, Runner } from './runner.js'

/** Sends BYE from one leg and waits until the program's own leg is over. */
export const hangUp: Runner<OperationOf<'hang-up'>> = {
  start(run, operation) {
    const session = run.party.sessionOf(operation.by)
    if (!session) {
      run.finish('unexpected', `the ${operation.by} has no call to hang up`)
      return
    }
    if (session.state === 'ended') run.advance()
    else session.bye(renderHeaders(operation.headers, run.party))
  },
  event(run, operation, kind, _status, session) {
    if (kind === 'ended' && session?.role === run.party.role) {
      if (run.ending?.outcome === 'bye-failed') return false
      run.advance()
      return true
    }
    return kind === 'ended' && session?.role === operation.by
  },
}
