import { outboundContacts } from '../../outbound-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '5626-10-1',
  title: 'reg-id is from 1 to 2**31 - 1.',
  on: 'request',
  methods: ['REGISTER'],
  applies: (request) => outboundContacts(request).length > 0,
  check: (request) => {
    const wrong = outboundContacts(request).find(({ params }) => {
      const id = params.get('reg-id') ?? ''
      return !/^\d{1,10}$/.test(id) || Number(id) < 1 || Number(id) > 0x7fff_ffff
    })
    return wrong === undefined
      ? pass
      : violation(`reg-id is ${wrong.params.get('reg-id')}`, at(request, 'Contact', 'reg-id'))
  },
})
