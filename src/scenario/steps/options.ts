import { mapping } from '../fields.js'
import { requestFields, requestOperation } from './request.js'
import { defineStep } from './step.js'

export const options = defineStep({
  name: 'options',
  help: 'Sends OPTIONS within the call, or outside one with `from` (RFC 3261 11).',
  contexts: ['flow'],
  effect: 'none',
  arguments: mapping(requestFields),
  short: { form: 'options', read: (rest) => (rest === '' ? {} : undefined) },
  example: '- options: { from: browser, expect: 200 }',
  compile: (values, at) => [requestOperation('OPTIONS', values, undefined, at)],
})
