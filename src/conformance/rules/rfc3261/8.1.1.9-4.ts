import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.1.1.9-4',
  // Of the extensions that proxies must understand, RFC 3329 2.3.1 is the one that can be seen from outside.
  title: 'A request that needs an extension of proxies names it in Proxy-Require.',
  on: 'request',
  applies: ({ sip, isFirstHop }) => isFirstHop && sip.has('Security-Client'),
  check: (request) =>
    tokens(request, 'Proxy-Require').includes('sec-agree')
      ? pass
      : violation('Proxy-Require does not name sec-agree', at(request, 'Security-Client')),
})
