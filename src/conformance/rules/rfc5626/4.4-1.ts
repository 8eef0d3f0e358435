import { inTime } from '../../outbound-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.4-1',
  title: 'A user agent keeps a flow alive within the time of Flow-Timer.',
  on: 'keepAlive',
  needs: ['loss-free'],
  applies: ({ ping, flowTimerSeconds }) =>
    flowTimerSeconds !== undefined && (ping.transport === 'tcp' || ping.transport === 'tls'),
  check: (keepAlive) => inTime(keepAlive),
})
