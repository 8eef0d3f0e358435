import { mapping } from '../fields.js'
import { bare, defineStep } from './step.js'

export const neverAnswer = defineStep({
  name: 'never answer',
  help: 'Rings until the caller gives up.',
  contexts: ['when called'],
  effect: 'precedes',
  arguments: mapping({}),
  short: bare('never answer'),
  example: '- never answer',
  compile: () => [{ op: 'never-answer' }],
})
