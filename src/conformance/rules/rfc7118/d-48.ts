import { answered, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-48',
  title: 'On the WebSocket side every answer has the media streams of its offer.',
  on: 'exchange',
  party: 'answerer',
  applies: ({ answer }) => isWebSocket(answer),
  check: (exchange) => {
    const [offer, answer] = [offered(exchange), answered(exchange)]
    const wrong = offer.media.findIndex(({ media }, index) => answer.media[index]?.media !== media)
    return wrong < 0
      ? pass
      : violation(`stream ${wrong + 1} is not answered`, inBody(exchange.answer, 'm='), inBody(exchange.offer, 'm='))
  },
})
