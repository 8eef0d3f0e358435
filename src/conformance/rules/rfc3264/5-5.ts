import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-5-5',
  title: 'A body holds one session description.',
  on: 'message',
  applies: ({ description }) => description !== undefined,
  check: (message) =>
    (message.description?.text.match(/^v=/gm)?.length ?? 0) <= 1
      ? pass
      : violation('there is more than one v= line', inBody(message, 'v=')),
})
