import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.1-10',
  title: 'CANCEL is never challenged.',
  on: 'response',
  methods: ['CANCEL'],
  check: (response) =>
    response.status === 401 || response.status === 407 ? violation('CANCEL is challenged', startLine(response)) : pass,
})
