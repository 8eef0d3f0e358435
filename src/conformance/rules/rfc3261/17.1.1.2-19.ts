import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

/** So many copies that losses of the capture cannot explain that no ACK is seen. */
const enoughCopies = 4

export const rule = defineRule({
  id: '3261-17.1.1.2-19',
  title: 'A final response of 300 to 699 to an INVITE is acknowledged on its hop.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: ({ final }) => (final?.status ?? 0) >= 300,
  check: ({ acks, responses, final }) => {
    if (acks.length > 0 || final === undefined) return pass
    const copies = responses.filter(({ status }) => status === final.status)
    return copies.length >= enoughCopies
      ? violation(`${copies.length} copies came, and no ACK was sent`, startLine(final), startLine(copies.at(-1)!))
      : inconclusive('the server did not repeat its response, so that the ACK may be missing in the capture')
  },
})
