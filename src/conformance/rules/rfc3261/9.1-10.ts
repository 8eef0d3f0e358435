import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { cancelled } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-9.1-10',
  title: 'CANCEL goes to where the request went.',
  on: 'transaction',
  methods: ['CANCEL'],
  party: 'client',
  applies: (cancel) => cancelled(cancel) !== undefined,
  check: (cancel) => {
    const invite = cancelled(cancel)?.request
    const { request } = cancel
    return invite === undefined ||
      (sameEnd(request.destination, invite.destination) && request.transport === invite.transport)
      ? pass
      : violation('CANCEL goes elsewhere', startLine(request), startLine(invite))
  },
})
