import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-5.1-15',
  title: 'a=ptime is above 0.',
  on: 'message',
  applies: ({ description }) => description?.media.some((media) => media.attribute('ptime') !== undefined) === true,
  check: (message) =>
    message.description?.media.every((media) => Number(media.attribute('ptime') ?? 20) > 0)
      ? pass
      : violation('ptime is not above 0', inBody(message, 'a=ptime')),
})
