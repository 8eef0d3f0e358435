import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf, tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-20.12-5',
  title: 'The encoding of a response is one that the request accepts.',
  on: 'response',
  applies: (response) =>
    response.sip.has('Content-Encoding') && response.sip.bodyLength > 0 && requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined) return inapplicable
    const accepted = tokens(request, 'Accept-Encoding').map((token) => token.split(';')[0]?.trim())
    const used = tokens(response, 'Content-Encoding').find(
      (token) => token !== 'identity' && !accepted.includes(token) && !accepted.includes('*'),
    )
    return used === undefined
      ? pass
      : violation(`${used} is not accepted`, at(response, 'Content-Encoding', used), at(request, 'Accept-Encoding'))
  },
})
