import { mapping } from '../fields.js'
import { bare, defineStep } from './step.js'

export const answer = defineStep({
  name: 'answer',
  help: 'Answers the call with 200 and waits for the ACK.',
  contexts: ['when called'],
  effect: 'starts',
  arguments: mapping({}),
  short: bare('answer'),
  example: '- ring 200ms\n- answer',
  compile: () => [{ op: 'answer' }],
})
