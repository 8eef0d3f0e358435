import { mandatoryFields } from '../../field-tables.js'
import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-20-5',
  title: 'A request in a dialog has the fields that tables 2 and 3 make mandatory for its method.',
  on: 'request',
  methods: ['INVITE', 'SUBSCRIBE', 'NOTIFY', 'REFER'],
  applies: ({ sip }) => sip.toTag !== '',
  check: (request) => carries(request, ...(mandatoryFields[request.method] ?? [])),
})
