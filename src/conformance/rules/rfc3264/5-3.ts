import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const fits = (text: string): boolean => /^\d{1,19}$/.test(text) && BigInt(text) < 2n ** 63n

export const rule = defineRule({
  id: '3264-5-3',
  title: 'Session identifier and version in o= fit into 64 bits with sign.',
  on: 'message',
  applies: ({ description }) => description?.origin !== undefined,
  check: (message) => {
    const { sessionId = '', version = '' } = message.description?.origin ?? {}
    return fits(sessionId) && fits(version) ? pass : violation('a number is no such integer', inBody(message, 'o='))
  },
})
