import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.1.1.2-14',
  title: 'A provisional response is not acknowledged by ACK.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  applies: ({ acks, responses }) => acks.length > 0 || responses.some(({ status }) => status < 200),
  check: ({ acks, final, requests }) => {
    const [ack] = acks
    if (ack === undefined) return pass
    // The server shows what it knows of an end: its first final response comes after the ACK.
    return final !== undefined &&
      final.atMs > ack.atMs &&
      requests.every(({ atMs }) => atMs < ack.atMs) &&
      !final.isCopy
      ? violation('an ACK was sent before a final response had come', startLine(ack), startLine(final))
      : pass
  },
})
