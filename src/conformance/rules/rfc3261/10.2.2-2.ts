import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-10.2.2-2',
  title: 'Contact: * stands alone and with Expires: 0.',
  on: 'request',
  methods: ['REGISTER'],
  applies: ({ sip }) => sip.list('Contact').includes('*'),
  check: (request) => {
    if (request.sip.list('Contact').length > 1) return violation('there are other contacts', at(request, 'Contact'))
    return request.sip.get('Expires') === '0' ? pass : violation('Expires is not 0', at(request, 'Expires'))
  },
})
