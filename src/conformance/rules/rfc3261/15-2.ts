import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-15-2',
  title: 'BYE is sent in a dialog only.',
  on: 'request',
  methods: ['BYE'],
  check: (request) => (request.sip.toTag === '' ? violation('To has no tag', at(request, 'To')) : pass),
})
