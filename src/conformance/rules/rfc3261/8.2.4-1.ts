import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf, tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.4-1',
  title: 'A response uses no extension that the request did not support.',
  on: 'response',
  statuses: [1, 2],
  applies: (response) => response.sip.has('Require') || response.sip.has('RSeq'),
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined) return inapplicable
    const understood = [...tokens(request, 'Supported'), ...tokens(request, 'Require')]
    const unknown = tokens(response, 'Require').find((tag) => !understood.includes(tag))
    if (unknown !== undefined)
      return violation(
        `the request did not support ${unknown}`,
        at(response, 'Require', unknown),
        at(request, 'Supported'),
      )
    if (response.sip.has('RSeq') && !understood.includes('100rel'))
      return violation('the request did not support 100rel', at(response, 'RSeq'), at(request, 'Supported'))
    return pass
  },
})
