import { startLine } from '../../point.js'
import { defineRule, inapplicable, inconclusive, pass, violation } from '../../rule.js'
import { seconds } from '../../vocabulary.js'

/** 200 ms, and what a busy server and its link may add. */
const PATIENCE_MS = 300

export const rule = defineRule({
  id: '3261-17.2.1-1',
  title: 'An INVITE is answered within 200 ms, with 100 if with nothing else.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  needs: ['at-server'],
  applies: ({ responses, request }) => responses.length > 0 && !request.reliable,
  check: ({ request, requests, responses }) => {
    const [first] = responses
    if (first === undefined) return inapplicable
    const after = first.atMs - request.atMs
    if (after <= PATIENCE_MS) return pass
    // The client is the witness: it would not have gone on sending the INVITE after an earlier response.
    const again = requests.filter(({ atMs }) => atMs < first.atMs).at(2)
    return again === undefined
      ? inconclusive('the first response may be missing in the capture')
      : violation(`the first response came after ${seconds(after)}`, startLine(first), startLine(again))
  },
})
