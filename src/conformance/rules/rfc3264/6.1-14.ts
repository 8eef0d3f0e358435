import { accepted, unmapped } from '../../media-vocabulary.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.1-14',
  title: 'Every dynamic payload type in an answer has a=rtpmap.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([, answer]) => answer.isRtp),
  check: (exchange) => {
    for (const [, answer] of accepted(exchange)) {
      const wrong = unmapped(answer)
      if (wrong !== undefined)
        return violation(`payload type ${wrong} has no rtpmap`, inBody(exchange.answer, `m=${answer.media}`))
    }
    return pass
  },
})
