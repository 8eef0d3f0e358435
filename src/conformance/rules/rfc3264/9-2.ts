import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-9-2',
  title: 'A description of capabilities has t=0 0.',
  on: 'response',
  methods: ['OPTIONS'],
  applies: ({ description }) => description !== undefined,
  check: (response) =>
    response.description?.values('t').join() === '0 0' ? pass : violation('t= is not 0 0', inBody(response, 't=')),
})
