import { outboundContacts } from '../../outbound-vocabulary.js'
import { startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf, tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '5626-11.4-2',
  title: '439 answers only a REGISTER with reg-id from a client that supports outbound.',
  on: 'response',
  statuses: [439],
  applies: (response) => requestOf(response) !== undefined,
  check: (response) => {
    const request = requestOf(response)
    if (request === undefined) return inapplicable
    const asked =
      request.method === 'REGISTER' &&
      outboundContacts(request).length > 0 &&
      tokens(request, 'Supported').includes('outbound')
    return asked ? pass : violation('the request did not ask for outbound', startLine(response), startLine(request))
  },
})
