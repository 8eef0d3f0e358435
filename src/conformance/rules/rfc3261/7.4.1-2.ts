import { at, inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b

export const rule = defineRule({
  id: '3261-7.4.1-2',
  title: 'Content-Encoding is there exactly when the body is encoded.',
  on: 'message',
  applies: ({ sip }) =>
    sip.bodyLength > 0 && (isGzip(sip.body) || /^(x-)?gzip$/i.test(sip.get('Content-Encoding') ?? '')),
  check: (message) => {
    if (!message.sip.has('Content-Encoding'))
      return violation('the body is gzip without Content-Encoding', inBody(message))
    return isGzip(message.sip.body) ? pass : violation('the body is not encoded', at(message, 'Content-Encoding'))
  },
})
