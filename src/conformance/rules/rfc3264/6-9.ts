import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6-9',
  title: 'Every m= line has a format.',
  on: 'message',
  applies: ({ description }) => (description?.media.length ?? 0) > 0,
  check: (message) => {
    const wrong = message.description?.media.find(({ formats }) => formats.length === 0)
    return wrong === undefined ? pass : violation('an m= line has no format', inBody(message, `m=${wrong.media}`))
  },
})
