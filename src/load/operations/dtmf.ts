import type { Session } from '../../agent/session.js'
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

/** Waits until a leg has received the digits since its call began. */
export const expectDtmf: Runner<OperationOf<'expect-dtmf'>> = {
  start(run, operation) {
    if (heard(run, operation)) run.advance()
    else run.waitMs(operation.withinMs)
  },
  event(run, operation, kind) {
    if (kind === 'dtmf') {
      if (heard(run, operation)) run.advance()
      return true
    }
    if (kind !== 'timer') return false
    if (heard(run, operation)) {
      run.advance()
      return true
    }
    const got = run.party.sessionOf(operation.by)?.dtmfReceived() ?? ''
    run.finish(
      'unexpected',
      `DTMF "${operation.digits.render(run.party.variables)}" was expected, "${got}" was received`,
    )
    return true
  },
}

function heard(run: Parameters<Runner<OperationOf<'expect-dtmf'>>['start']>[0], operation: OperationOf<'expect-dtmf'>) {
  return (
    run.party.sessionOf(operation.by)?.dtmfReceived().includes(operation.digits.render(run.party.variables)) ?? false
  )
}
