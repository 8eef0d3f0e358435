import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-4.2.3-2',
  title: 'Contact: * has neither reg-id nor +sip.instance.',
  on: 'request',
  methods: ['REGISTER'],
  applies: ({ sip }) => sip.getAll('Contact').some((value) => value.startsWith('*')),
  check: (request) =>
    request.sip.getAll('Contact').some((value) => value.startsWith('*') && /reg-id|\+sip\.instance/i.test(value))
      ? violation('there is a parameter', at(request, 'Contact'))
      : pass,
})
