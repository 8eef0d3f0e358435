import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.2.3-2',
  title: 'A 415 response tells in Accept, Accept-Encoding or Accept-Language what would be understood.',
  on: 'response',
  statuses: [415],
  check: (response) =>
    ['Accept', 'Accept-Encoding', 'Accept-Language'].some((name) => response.sip.has(name))
      ? pass
      : violation('there is none of Accept, Accept-Encoding and Accept-Language', at(response, 'Accept')),
})
