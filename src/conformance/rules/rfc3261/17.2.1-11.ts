import { startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

/** A copy that left before the ACK arrived may be seen after it. */
const CROSSING_MS = 200

export const rule = defineRule({
  id: '3261-17.2.1-11',
  title: 'A refusal is not repeated after its ACK has come.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  needs: ['at-server'],
  applies: ({ acks, final }) => acks.length > 0 && (final?.status ?? 0) >= 300,
  check: ({ acks, responses, requests, final }) => {
    const ack = acks.find(({ atMs }) => atMs >= (final?.atMs ?? 0))
    if (ack === undefined) return inapplicable
    const late = responses.find(({ atMs, status }) => status >= 300 && atMs > ack.atMs + CROSSING_MS)
    const asked = late !== undefined && requests.some(({ atMs }) => atMs > ack.atMs && atMs <= late.atMs)
    return late === undefined || asked ? pass : violation('it is repeated', startLine(late), startLine(ack))
  },
})
