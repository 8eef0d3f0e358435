import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf, tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.2.3-2',
  title: 'A 420 response lists in Unsupported what it did not understand of Require and Proxy-Require.',
  on: 'response',
  statuses: [420],
  applies: (response) => requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    const required = request === undefined ? [] : [...tokens(request, 'Require'), ...tokens(request, 'Proxy-Require')]
    const unsupported = tokens(response, 'Unsupported')
    if (unsupported.length === 0) return violation('Unsupported is missing', at(response, 'Unsupported'))
    const invented = unsupported.find((tag) => !required.includes(tag))
    return invented === undefined
      ? pass
      : violation(`${invented} was not required`, at(response, 'Unsupported', invented))
  },
})
