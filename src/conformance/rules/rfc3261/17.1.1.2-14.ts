import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { T1_MS } from '../../transaction-vocabulary.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-14',
  title: 'A provisional response is not acknowledged by ACK.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  applies: ({ acks, responses }) => acks.length > 0 || responses.some(({ status }) => status < 200),
  check: ({ acks, final, reliable }) => {
    const [ack] = acks
    if (ack === undefined) return pass
    if (final === undefined || final.atMs <= ack.atMs) return pass
    // A copy of a final response that the capture lacks would come T1 after it.
    return reliable || final.atMs - ack.atMs < T1_MS / 2
      ? violation('an ACK was sent before a final response had come', startLine(ack), startLine(final))
      : inconclusive('the final response may be missing in the capture')
  },
})
