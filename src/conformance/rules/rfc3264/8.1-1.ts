import { agreedBefore, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8.1-1',
  title: 'New streams come after those of the session, or take the place of a refused one.',
  on: 'exchange',
  party: 'offerer',
  applies: (exchange) =>
    offered(exchange).media.length > (agreedBefore(exchange, exchange.offer)?.media.length ?? Number.POSITIVE_INFINITY),
  check: (exchange) => {
    const before = agreedBefore(exchange, exchange.offer)
    const wrong =
      before?.media.findIndex(
        (media, index) => media.port !== 0 && offered(exchange).media[index]?.media !== media.media,
      ) ?? -1
    return wrong < 0 ? pass : violation(`stream ${wrong + 1} is another one now`, inBody(exchange.offer, 'm='))
  },
})
