import { inTime } from '../../outbound-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '7118-D-20',
  title: 'A client of a WebSocket with Flow-Timer keeps it alive within that time.',
  on: 'keepAlive',
  needs: ['loss-free'],
  applies: ({ ping, flowTimerSeconds }) =>
    flowTimerSeconds !== undefined && (ping.transport === 'ws' || ping.transport === 'wss'),
  check: (keepAlive) => inTime(keepAlive),
})
