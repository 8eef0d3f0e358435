import type { Machine } from './machine.js'
import type { ServerAction } from './server-action.js'

export type IstState = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'terminated'
export type IstInput =
  | 'request'
  | 'ack'
  | 'send1xx'
  | 'send2xx'
  | 'send300-699'
  | 'timer100'
  | 'timerG'
  | 'timerH'
  | 'timerI'
  | 'timerL'
  | 'transportError'

/**
 * INVITE server transaction: RFC 3261 figure 7 as changed by RFC 6026 figures 2 and 6.
 *
 *            INVITE                 2xx sent
 *   (start) --------> proceeding --------------> accepted ---------L---------> terminated
 *                         |                                                       ^  ^
 *                         +--300-699 sent--> completed --ACK--> confirmed ----I---+  |
 *                                                |_______________H___________________|
 */
export const ist = {
  initial: ['proceeding', 'tell', 'start100'], // 17.2.1
  table: {
    proceeding: {
      request: ['proceeding', 'resend'], // 17.2.1: the last provisional response
      send1xx: ['proceeding', 'stop100', 'send'], // 17.2.1
      send2xx: ['accepted', 'stop100', 'send', 'forget', 'startL'], // RFC 6026 8.7: sent again by the TU, not here
      'send300-699': ['completed', 'stop100', 'send', 'startG', 'startH'], // 17.2.1
      timer100: ['proceeding', 'sendTrying'], // 17.2.1: the TU has not answered within 200 ms
      // RFC 6026 7.1: the state stays, so that copies are absorbed, until timers end it. Here none runs: L is borrowed,
      // so that a user that gives up without an answer leaves nothing behind; any response stops it.
      transportError: ['proceeding', 'startL', 'fail'],
      timerL: ['terminated'],
    },
    accepted: {
      request: ['accepted'], // RFC 6026 8.7: absorbed
      ack: ['accepted', 'tellAck'], // RFC 6026 8.7: to the TU
      send2xx: ['accepted', 'send', 'forget'], // RFC 6026 8.7: the TU's own copies (13.3.1.4)
      timerL: ['terminated'], // RFC 6026 8.7
      transportError: ['accepted', 'fail'], // RFC 6026 8.7
    },
    completed: {
      request: ['completed', 'resend'], // 17.2.1
      ack: ['confirmed', 'stopG', 'stopH', 'forget', 'startI'], // 17.2.1
      timerG: ['completed', 'resend', 'backOffG'], // 17.2.1: min(2*G, T2)
      timerH: ['terminated', 'ackTimeout'], // 17.2.1
      transportError: ['completed', 'fail'], // RFC 6026 7.1
    },
    confirmed: {
      request: ['confirmed'], // 17.2.1: absorbed
      ack: ['confirmed'], // 17.2.1: absorbed
      timerI: ['terminated'], // 17.2.1
    },
    terminated: {},
  },
} as const satisfies Machine<IstState, IstInput, ServerAction>
