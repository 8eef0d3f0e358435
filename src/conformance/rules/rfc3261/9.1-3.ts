import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { cancelled } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-9.1-3',
  title: 'CANCEL has one Via, the top Via of the request that it cancels.',
  on: 'transaction',
  methods: ['CANCEL'],
  party: 'client',
  applies: (cancel) => cancelled(cancel) !== undefined,
  check: ({ request }) =>
    request.viaTexts.length === 1
      ? pass
      : violation(`there are ${request.viaTexts.length} Via values`, at(request, 'Via')),
})
