import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { seconds } from '../../vocabulary.js'

/** T1 + 2*T1 + 4*T1 with default values. */
const UNTIL_T2_MS = 3500

export const rule = defineRule({
  id: '4320-3-2',
  title: 'A request other than INVITE over UDP gets no 100 before the interval of its copies has grown to T2.',
  on: 'transaction',
  party: 'server',
  needs: ['at-server'],
  applies: ({ method, reliable, responses }) => method !== 'INVITE' && !reliable && responses.length > 0,
  check: ({ request, requests, responses }) => {
    const trying = responses.find(({ status }) => status === 100)
    if (trying === undefined) return pass
    const after = trying.atMs - request.atMs
    if (after >= UNTIL_T2_MS * 0.8) return pass
    // Copies that the capture lacks would make the time longer than it seems.
    return requests.length > 1
      ? inconclusive('the first sending may be missing in the capture')
      : violation(`the 100 came after ${seconds(after)}`, startLine(trying), startLine(request))
  },
})
