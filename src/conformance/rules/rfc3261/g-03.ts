import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

/** So many copies without any response that the capture cannot have lost all of them. */
const enoughCopies = 5

export const rule = defineRule({
  id: '3261-G-03',
  // The client is the witness: it goes on sending, or gives up.
  title: 'Every request but ACK gets a final response.',
  on: 'transaction',
  party: 'server',
  needs: ['at-server', 'loss-free', 'inside'],
  applies: ({ method, responses, requests }) =>
    method !== 'ACK' && (responses.length > 0 || requests.length >= enoughCopies),
  check: ({ final, responses, requests, request }) => {
    if (final !== undefined) return pass
    if (responses.length > 0) return inconclusive('the final response may be missing in the capture')
    return violation(`${requests.length} copies have no response`, startLine(request), startLine(requests.at(-1)!))
  },
})
