import type { Expected } from '../../model/instruction.js'
import type { ProgramRun } from '../program-run.js'
import { renderHeaders } from '../render-headers.js'
import { describeExpected, meets, type OperationOf, type Runner } from './runner.js'

/** Goes on when the final status of our own request is one that the step expects. */
export function judge(run: ProgramRun, expected: Expected, what: string): (status: number) => void {
  return (status) => {
    if (run.finished) return
    run.party.noteStatus(status)
    if (meets(expected, status)) run.advance()
    else {
      const got = status === 0 ? 'no answer' : String(status)
      run.finish('unexpected', `${what} met ${got} where ${describeExpected(expected)} was expected`)
    }
  }
}

/** re-INVITE or UPDATE with a new direction, other codecs or new keys. */
export const reInvite: Runner<OperationOf<'re-invite'>> = {
  start(run, operation) {
    const session = run.party.sessionOf(operation.by)
    if (!session) run.finish('unexpected', `the ${operation.by} has no call to change`)
    else {
      const { method, direction, codecs, keys } = operation
      session.modify(method, { direction, codecs, keys }, judge(run, operation.expect, method))
    }
  },
}

/** REFER, followed to the last NOTIFY. */
export const transfer: Runner<OperationOf<'transfer'>> = {
  start(run, operation) {
    const session = run.party.sessionOf(operation.by)
    if (!session) {
      run.finish('unexpected', `the ${operation.by} has no call to transfer`)
      return
    }
    const to = operation.to.render(run.party.variables)
    const refusal = run.party.refusal(to)
    if (refusal === undefined) session.refer(to, judge(run, operation.expect, 'REFER'))
    else run.finish('unexpected', refusal)
  },
}

/** OPTIONS, INFO, MESSAGE and any other request, within the dialog or outside it. */
export const request: Runner<OperationOf<'request'>> = {
  start(run, operation) {
    const { party } = run
    // Rendered once the phone that acts is known: its number and its row of the CSV file may stand in the texts.
    const content = () => ({
      headers: renderHeaders(operation.headers, party),
      contentType: operation.contentType?.render(party.variables) ?? '',
      body: operation.body?.render(party.variables) ?? '',
    })
    const done = judge(run, operation.expect, operation.method)
    if (operation.inDialog) {
      const session = party.sessionOf(operation.by)
      if (!session) run.finish('unexpected', `the ${operation.by} has no call to send ${operation.method} in`)
      else session.request(operation.method, content(), done)
      return
    }
    const send = (phone: Parameters<Parameters<typeof party.withPhone>[1]>[0]) =>
      phone.request(operation.method, operation.to?.render(party.variables), content(), done)
    if (operation.agent !== undefined) party.withPhone(operation.agent, send)
    else run.finish('unexpected', `${operation.method} outside a call needs an agent`)
  },
}

/** REGISTER by hand, with the lifetime that the step says (0 removes the binding). */
export const register: Runner<OperationOf<'register'>> = {
  start(run, operation) {
    const done = judge(run, operation.expect, 'REGISTER')
    run.party.withPhone(operation.agent, (phone) => {
      void phone.registerOnce(operation.expiresSeconds).then((outcome) => done(outcome.status))
    })
  },
}
