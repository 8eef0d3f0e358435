import { excludedInResponses } from '../../field-tables.js'
import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-20-9',
  title: 'A response has no field that tables 2 and 3 exclude in responses.',
  on: 'response',
  check: (response) => lacks(response, ...excludedInResponses),
})
