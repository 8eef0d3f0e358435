import { mapping, text } from '../fields.js'
import { requestFields, requestOperation } from './request.js'
import { defineStep } from './step.js'

export const message = defineStep({
  name: 'message',
  help: 'Sends a MESSAGE within the call, or outside one with `from` (RFC 3428).',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    ...requestFields,
    text: text.describe('what it says'),
    'content type': text.optional().describe('text/plain when left out'),
  }),
  example: '- message: { from: browser, to: "sip:2001@lab.test", text: "hello" }',
  compile: (values, at) => {
    const content = { contentType: values['content type'] ?? 'text/plain', body: values.text, key: 'text' }
    return [requestOperation('MESSAGE', values, content, at)]
  },
})
