import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSipOrSips } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.2-7',
  title: 'To of REGISTER is a sip or sips URI.',
  on: 'request',
  methods: ['REGISTER'],
  applies: ({ sip }) => sip.has('To'),
  check: (request) =>
    isSipOrSips(request.sip.to.uri) ? pass : violation('To is no sip or sips URI', at(request, 'To')),
})
