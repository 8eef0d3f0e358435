import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3581-3-2',
  title: 'A client that asks for rport gives it no value.',
  on: 'hop',
  applies: (message) => message.isRequest && message.sip.topVia.params.has('rport'),
  check: (request) =>
    request.sip.topVia.params.get('rport') === '' ? pass : violation('rport has a value', at(request, 'Via', 'rport')),
})
