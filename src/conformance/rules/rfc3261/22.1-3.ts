import { parseChallenge } from '../../../sip/message/auth-params.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { challengesOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.1-3',
  title: 'A challenge names a realm.',
  on: 'response',
  statuses: [401, 407],
  applies: (response) => challengesOf(response).length > 0,
  check: (response) => {
    const wrong = challengesOf(response).find(
      ({ value }) => parseChallenge(value)?.params.get('realm') === undefined && parseChallenge(value) !== undefined,
    )
    return wrong === undefined ? pass : violation('the challenge has no realm', at(response, wrong.name))
  },
})
