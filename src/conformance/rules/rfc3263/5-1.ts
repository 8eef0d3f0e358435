import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3263-5-1',
  title: 'The response to a request that came over TLS leaves over TLS.',
  on: 'hop',
  applies: (response) => !response.isRequest && requestOf(response)?.transport === 'tls',
  check: (response) =>
    response.transport === 'tls' ? pass : violation(`it leaves over ${response.transport}`, startLine(response)),
})
