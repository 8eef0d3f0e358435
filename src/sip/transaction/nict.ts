import type { ClientAction } from './client-action.js'
import type { Machine } from './machine.js'

export type NictState = 'trying' | 'proceeding' | 'completed' | 'terminated'
export type NictInput = '1xx' | '200-699' | 'timerE' | 'timerF' | 'timerK' | 'transportError'

/**
 * Non-INVITE client transaction: RFC 3261 figure 6.
 *
 *            request             1xx               200-699
 *   (start) ---------> trying --------> proceeding --------> completed --K--> terminated
 *                        |____________200-699__________________^
 */
export const nict = {
  initial: ['trying', 'send', 'startE', 'startF'], // 17.1.2.2: timer E only for unreliable transports
  table: {
    trying: {
      '1xx': ['proceeding', 'tell'], // 17.1.2.2: timers E and F go on
      '200-699': ['completed', 'stopE', 'stopF', 'startK', 'tell'], // 17.1.2.2
      timerE: ['trying', 'resend', 'backOffE'], // 17.1.2.2: min(2*E, T2)
      timerF: ['terminated', 'timeout'], // 17.1.2.2
      transportError: ['terminated', 'fail'], // 17.1.2.2
    },
    proceeding: {
      '1xx': ['proceeding', 'tell'], // 17.1.2.2
      '200-699': ['completed', 'stopE', 'stopF', 'startK', 'tell'], // 17.1.2.2
      timerE: ['proceeding', 'resend', 'slowE'], // 17.1.2.2: T2 from now on
      timerF: ['terminated', 'timeout'], // 17.1.2.2
      transportError: ['terminated', 'fail'], // 17.1.2.2
    },
    completed: {
      timerK: ['terminated'], // 17.1.2.2; until then copies of the response are absorbed
    },
    terminated: {},
  },
} as const satisfies Machine<NictState, NictInput, ClientAction>
