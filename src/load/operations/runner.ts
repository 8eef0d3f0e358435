import type { Session } from '../../agent/session.js'
import type { Expected, Operation } from '../../model/instruction.js'
import type { SipMessage } from '../../sip/message/sip-message.js'
import type { ProgramRun, RunEvent } from '../program-run.js'

/** The behaviour of one primitive operation. `event` returns true when it has dealt with the event. */
export interface Runner<O extends Operation> {
  start(run: ProgramRun, operation: O): void
  event?(
    run: ProgramRun,
    operation: O,
    kind: RunEvent,
    status: number,
    session: Session | undefined,
    message: SipMessage | undefined,
  ): boolean
}

export type OperationOf<K extends Operation['op']> = Extract<Operation, { op: K }>

export const meets = (expected: Expected, status: number): boolean =>
  expected.codes.includes(status) || expected.classes.includes(Math.floor(status / 100))

export function describeExpected(expected: Expected): string {
  return [...expected.codes.map(String), ...expected.classes.map((digit) => `${digit}xx`)].join(' or ')
}
