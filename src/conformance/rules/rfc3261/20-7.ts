import { excludedFields, excludedInRequests } from '../../field-tables.js'
import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-20-7',
  title: 'A request has no field that tables 2 and 3 exclude for its method.',
  on: 'request',
  check: (request) => lacks(request, ...(excludedFields[request.method] ?? []), ...excludedInRequests),
})
