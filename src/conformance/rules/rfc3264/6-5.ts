import { answered, offered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6-5',
  title: 'The t= line of the answer is that of the offer.',
  on: 'exchange',
  party: 'answerer',
  check: (exchange) =>
    offered(exchange).values('t').join() === answered(exchange).values('t').join()
      ? pass
      : violation('the t= lines differ', inBody(exchange.answer, 't='), inBody(exchange.offer, 't=')),
})
