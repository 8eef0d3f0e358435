import { parseChallenge } from '../../../sip/message/auth-params.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { challengesOf, credentialsOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-22.4-7',
  title: 'A challenge with qop is answered with qop, cnonce and nc.',
  on: 'request',
  applies: (request) => answeredChallenges(request).some(({ challenge }) => challenge.has('qop')),
  check: (request) => {
    for (const { name, challenge, credentials } of answeredChallenges(request)) {
      if (!challenge.has('qop')) continue
      const missing = ['qop', 'cnonce', 'nc'].find((each) => !credentials.has(each))
      if (missing !== undefined) return violation(`${missing} is missing`, at(request, name))
    }
    return pass
  },
})

/** Credentials with the challenge in the same conversation whose nonce they have. */
function answeredChallenges(request: ObservedMessage) {
  const challenges = (request.transaction?.conversation.messages ?? [])
    .filter(({ status }) => status === 401 || status === 407)
    .flatMap(challengesOf)
    .map(({ value }) => parseChallenge(value)?.params)
  return credentialsOf(request).flatMap(({ name, value }) => {
    const credentials = parseChallenge(value)?.params
    const challenge = challenges.find((each) => each?.get('nonce') === credentials?.get('nonce'))
    return challenge === undefined || credentials === undefined ? [] : [{ name, challenge, credentials }]
  })
}
