import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-15-3',
  title: 'The callee sends no BYE in an early dialog.',
  on: 'dialogRequest',
  methods: ['BYE'],
  applies: ({ byCaller, creation }) => !byCaller && creation.method === 'INVITE',
  check: ({ request, creation }) => {
    const { final } = creation
    if (final === undefined) return inconclusive('no final response to the INVITE is seen')
    return final.atMs < request.atMs
      ? pass
      : violation('the INVITE had no final response', startLine(request), startLine(final))
  },
})
