import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { refusedInvite } from '../../transaction-vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.3-4',
  title: 'The ACK of a refusal has one Via, the top Via of the INVITE.',
  on: 'hop',
  methods: ['ACK'],
  applies: (ack) => refusedInvite(ack) !== undefined,
  check: (ack) =>
    ack.viaTexts.length === 1 ? pass : violation(`there are ${ack.viaTexts.length} Via values`, at(ack, 'Via')),
})
