import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-10.3-1',
  title: 'A registrar answers with no 6xx.',
  on: 'response',
  methods: ['REGISTER'],
  check: (response) => (response.status >= 600 ? violation('the response is a 6xx', startLine(response)) : pass),
})
