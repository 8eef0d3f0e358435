import { accepted } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-12',
  title: 'A stream that is accepted has an address and a port, even when nothing is to be received.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).length > 0,
  check: (exchange) => {
    const wrong = accepted(exchange).find(([, answer]) => answer.host === '' || answer.port < 0)
    return wrong === undefined
      ? pass
      : violation('there is no address or no port', inBody(exchange.answer, `m=${wrong[1].media}`))
  },
})
