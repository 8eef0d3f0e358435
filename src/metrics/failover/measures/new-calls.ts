import { attemptsUntilRecovery, isBad, isDelayed } from '../fault-view.js'
import { type Measure, ratioOf } from '../measure.js'

export const failedCalls: Measure = {
  name: 'failover.failed_calls',
  kind: 'ratio',
  per: 'group',
  ratio: (view) => ratioOf(attemptsUntilRecovery(view), isBad),
}

export const delayedCalls: Measure = {
  name: 'failover.delayed_calls',
  kind: 'ratio',
  per: 'group',
  ratio: (view) => ratioOf(attemptsUntilRecovery(view), (call) => isDelayed(call, view.usualSetupMs)),
}
