import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-18.1.1-1',
  title: 'A request over UDP has at most 1300 bytes.',
  on: 'hop',
  applies: ({ isRequest, transport }) => isRequest && transport === 'udp',
  check: (request) => {
    const size = request.captured.bytes.length
    return size <= 1300 ? pass : violation(`the request has ${size} bytes`, startLine(request))
  },
})
