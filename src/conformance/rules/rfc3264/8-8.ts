import { agreedBefore, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-8-8',
  title: 'A new offer keeps every stream of the session at its place.',
  on: 'exchange',
  party: 'offerer',
  applies: (exchange) => agreedBefore(exchange, exchange.offer) !== undefined,
  check: (exchange) => {
    const before = agreedBefore(exchange, exchange.offer)
    const wrong = before?.media.find((media, index) => {
      const now = offered(exchange).media[index]
      return media.port !== 0 && now !== undefined && now.media !== media.media
    })
    return wrong === undefined
      ? pass
      : violation(`the ${wrong.media} stream is not at its place`, inBody(exchange.offer, 'm='))
  },
})
