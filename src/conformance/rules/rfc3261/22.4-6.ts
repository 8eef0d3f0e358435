import { parseChallenge } from '../../../sip/message/auth-params.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { challengesOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.4-6',
  title: 'A Digest challenge has qop.',
  on: 'response',
  statuses: [401, 407],
  applies: (response) => challengesOf(response).some(({ value }) => /^digest\b/i.test(value)),
  check: (response) => {
    const without = challengesOf(response).find(
      ({ value }) => /^digest\b/i.test(value) && parseChallenge(value)?.params.has('qop') === false,
    )
    return without === undefined ? pass : violation('there is no qop', at(response, without.name))
  },
})
