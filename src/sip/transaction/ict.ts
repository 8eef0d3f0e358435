import type { ClientAction } from './client-action.js'
import type { Machine } from './machine.js'

export type IctState = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'terminated'
export type IctInput =
  | '1xx'
  | '2xx'
  | '300-699'
  | 'timerA'
  | 'timerB'
  | 'timerD'
  | 'timerM'
  | 'cancel'
  | 'transportError'

/**
 * INVITE client transaction: RFC 3261 figure 5 as changed by RFC 6026 figure 5.
 *
 *             INVITE               1xx                2xx
 *   (start) ---------> calling ---------> proceeding ------> accepted --M--> terminated
 *                         |  \                | \_____________   |              ^
 *                         |   \___2xx________ | _____________ \_ |              |
 *                         |                   |                                 |
 *                         +----300-699--------+----> completed ------D----------+
 */
export const ict = {
  initial: ['calling', 'send', 'startA', 'startB'], // 17.1.1.2: timer A only for unreliable transports
  table: {
    calling: {
      '1xx': ['proceeding', 'stopA', 'stopB', 'sendCancel', 'tell'], // 17.1.1.2; 9.1: a CANCEL may have waited for this
      '2xx': ['accepted', 'stopA', 'stopB', 'startM', 'tell'], // RFC 6026 8.4
      '300-699': ['completed', 'stopA', 'stopB', 'ack', 'startD', 'tell'], // 17.1.1.2
      timerA: ['calling', 'resend', 'doubleA'], // 17.1.1.2
      timerB: ['terminated', 'timeout'], // 17.1.1.2
      cancel: ['calling'], // 9.1: remembered, not sent before a provisional response
      transportError: ['terminated', 'fail'], // 17.1.4
    },
    proceeding: {
      '1xx': ['proceeding', 'tell'], // 17.1.1.2
      '2xx': ['accepted', 'startM', 'tell'], // RFC 6026 8.4; takes the place of timer B after a CANCEL
      '300-699': ['completed', 'stopB', 'ack', 'startD', 'tell'], // 17.1.1.2
      timerB: ['terminated', 'timeout'], // 9.1: runs here only after a CANCEL, 64*T1
      cancel: ['proceeding', 'sendCancel'], // 9.1; starts timer B
      transportError: ['terminated', 'fail'], // 17.1.4: the connection that the response would use is gone
    },
    accepted: {
      '2xx': ['accepted', 'tell'], // RFC 6026 8.4: copies and other forks
      timerM: ['terminated'], // RFC 6026 8.4
    },
    completed: {
      '300-699': ['completed', 'ack'], // 17.1.1.2: ACK again, the TU has heard it
      timerD: ['terminated'], // 17.1.1.2
      transportError: ['terminated', 'fail'], // 17.1.1.2: the ACK could not be sent
    },
    terminated: {},
  },
} as const satisfies Machine<IctState, IctInput, ClientAction>
