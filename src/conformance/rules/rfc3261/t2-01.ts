import { extensionFields } from '../../field-tables.js'
import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-T2-01',
  title: 'A request has every field that its method must have in tables 2 and 3, extensions included.',
  on: 'request',
  methods: ['SUBSCRIBE', 'NOTIFY', 'REFER', 'PRACK', 'PUBLISH'],
  check: (request) => carries(request, ...(extensionFields[request.method] ?? [])),
})
