import type { Session } from '../../agent/session.js'
import type { ProgramRun } from '../program-run.js'
import type { OperationOf, Runner } from './runner.js'

/** Sends digits as telephone-events or INFO requests and waits until the last one is out. */
export const dtmf: Runner<OperationOf<'dtmf'>> = {
  start(run, operation) {
    const session = run.party.sessionOf(operation.by)
    const digits = operation.digits.render(run.party.variables)
    if (!session) {
      run.finish('unexpected', `the ${operation.by} has no call to send DTMF in`)
      return
    }
    if (operation.method === 'rtp') {
      if (!session.dtmf(digits, operation.toneMs, operation.pauseMs)) {
        run.finish('media', 'telephone-event was not negotiated, so DTMF cannot be sent in RTP')
        return
      }
    } else sendAsInfo(session, digits, operation.toneMs)
    run.waitMs(digits.length * (operation.toneMs + operation.pauseMs) + 60)
  },
  event(run, _operation, kind) {
    if (kind !== 'timer') return false
    run.advance()
    return true
  },
}

/** DTMF as INFO requests (application/dtmf-relay), one after the other without waiting for answers. */
function sendAsInfo(session: Session, digits: string, toneMs: number): void {
  for (const digit of digits) {
    const body = `Signal=${digit}\r\nDuration=${toneMs}\r\n`
    session.request('INFO', { headers: [], contentType: 'application/dtmf-relay', body }, () => {})
  }
}

/** Digits that come as telephone-events wake nobody: the media path only counts them. */
const LOOK_EVERY_MS = 20

/** Waits until a leg has received the digits since its call began. */
export const expectDtmf: Runner<OperationOf<'expect-dtmf'>> = {
  start(run, operation) {
    run.deadlineMs = run.party.clock.nowMs() + operation.withinMs
    look(run, operation)
  },
  event(run, operation, kind) {
    if (kind !== 'dtmf' && kind !== 'timer') return false
    look(run, operation)
    return true
  },
}

function look(run: ProgramRun, operation: OperationOf<'expect-dtmf'>): void {
  const wanted = operation.digits.render(run.party.variables)
  const got = run.party.sessionOf(operation.by)?.dtmfReceived() ?? ''
  const leftMs = run.deadlineMs - run.party.clock.nowMs()
  if (got.includes(wanted)) run.advance()
  else if (leftMs > 0) run.waitMs(Math.min(LOOK_EVERY_MS, leftMs))
  else run.finish('unexpected', `DTMF "${wanted}" was expected, "${got}" was received`)
}
