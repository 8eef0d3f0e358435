import type { Machine } from './machine.js'
import type { ServerAction } from './server-action.js'

export type NistState = 'trying' | 'proceeding' | 'completed' | 'terminated'
export type NistInput = 'request' | 'send100' | 'send200-699' | 'send408' | 'timer100' | 'timerJ' | 'transportError'

/**
 * Non-INVITE server transaction: RFC 3261 figure 8 with RFC 4320.
 *
 *            request             100 sent              200-699 sent
 *   (start) --------> trying --------------> proceeding ------------> completed --J--> terminated
 *                       |___________________200-699 sent_________________^
 *
 * There is no input for 101 to 199: RFC 4320 4.1 forbids them, so that they are not sent in any state.
 */
export const nist = {
  initial: ['trying', 'tell', 'start100'], // 17.2.2
  table: {
    trying: {
      request: ['trying'], // 17.2.2: absorbed
      send100: ['proceeding', 'stop100', 'send'], // 17.2.2
      'send200-699': ['completed', 'stop100', 'send', 'forgetRequest', 'startJ'], // 17.2.2
      send408: ['terminated'], // RFC 4320 4.2: it would come too late to mean anything
      timer100: ['proceeding', 'sendTrying'], // RFC 4320 4.1: when Timer E has reached T2
      transportError: ['terminated', 'fail'], // 17.2.4
    },
    proceeding: {
      request: ['proceeding', 'resend'], // 17.2.2
      send100: ['proceeding', 'send'], // 17.2.2
      'send200-699': ['completed', 'send', 'forgetRequest', 'startJ'], // 17.2.2
      send408: ['terminated'], // RFC 4320 4.2
      transportError: ['terminated', 'fail'], // 17.2.2
    },
    completed: {
      request: ['completed', 'resend'], // 17.2.2
      timerJ: ['terminated'], // 17.2.2
      transportError: ['terminated', 'fail'], // 17.2.2
    },
    terminated: {},
  },
} as const satisfies Machine<NistState, NistInput, ServerAction>
