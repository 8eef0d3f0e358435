import { expected, headers, mapping, role, text } from '../fields.js'
import { requestOperation } from './request.js'
import { defineStep } from './step.js'

export const info = defineStep({
  name: 'info',
  help: 'Sends INFO within the call (RFC 6086).',
  contexts: ['flow', 'when called'],
  effect: 'none',
  arguments: mapping({
    body: text.describe('the body'),
    'content type': text.describe('such as application/dtmf-relay'),
    by: role.optional().describe('who sends; the side whose steps these are when left out'),
    expect: expected.optional().describe('the final status, 2xx when left out'),
    headers: headers.optional().describe('header fields to add'),
  }),
  example:
    '- call: { from: browser, to: phone }\n- info: { content type: application/dtmf-relay, body: "Signal=5" }\n- hang up',
  compile: (values, at) => {
    const content = { contentType: values['content type'], body: values.body, key: 'body' }
    return [requestOperation('INFO', values, content, at)]
  },
})
