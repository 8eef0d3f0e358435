import { agreedBefore, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const held = (direction: string): boolean => direction === 'sendonly' || direction === 'inactive'

export const rule = defineRule({
  id: '3264-8.4-2',
  title: 'A stream on hold keeps its port.',
  on: 'exchange',
  party: 'offerer',
  applies: (exchange) =>
    offered(exchange).media.some(
      ({ direction }, index) =>
        held(direction) && (agreedBefore(exchange, exchange.offer)?.media[index]?.port ?? 0) !== 0,
    ),
  check: (exchange) => {
    const wrong = offered(exchange).media.find(
      ({ direction, port }, index) =>
        port === 0 && held(direction) && agreedBefore(exchange, exchange.offer)?.media[index]?.port !== 0,
    )
    return wrong === undefined ? pass : violation('the port is 0', inBody(exchange.offer, `m=${wrong.media}`))
  },
})
