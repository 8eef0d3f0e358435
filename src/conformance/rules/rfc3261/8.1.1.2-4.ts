import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-8.1.1.2-4',
  // REGISTER is never part of a dialog, so that no earlier message can explain its To tag.
  title: 'A request outside of a dialog has no To tag.',
  on: 'request',
  methods: ['REGISTER'],
  check: (request) =>
    request.sip.toTag === ''
      ? pass
      : violation('To has a tag outside of a dialog', at(request, 'To', request.sip.toTag)),
})
