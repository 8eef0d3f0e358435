import { keepAliveBytes } from '../../outbound-vocabulary.js'
import { inBytes } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.4.1-1',
  title: 'CRLF keep-alives are sent on connections only.',
  on: 'keepAlive',
  check: ({ ping }) =>
    ping.transport === 'udp' ? violation('it is sent over UDP', inBytes(ping, keepAliveBytes(ping))) : pass,
})
