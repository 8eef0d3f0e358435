import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { challengesOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22-3',
  title: 'No server challenges with Basic.',
  on: 'response',
  statuses: [401, 407],
  applies: (response) => challengesOf(response).length > 0,
  check: (response) => {
    const basic = challengesOf(response).find(({ value }) => /^basic\b/i.test(value))
    return basic === undefined ? pass : violation('the scheme is Basic', at(response, basic.name, basic.value))
  },
})
