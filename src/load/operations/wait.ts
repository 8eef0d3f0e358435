import { drawMs } from '../draw.js'
import type { OperationOf, Runner } from './runner.js'

/** Talks or pauses for a drawn time. */
export const wait: Runner<OperationOf<'wait'>> = {
  start(run, operation) {
    run.waitMs(drawMs(operation.duration, run.party.rng))
  },
  event(run, _operation, kind) {
    if (kind !== 'timer') return false
    run.advance()
    return true
  },
}
