import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

/** What copies of the request that were not seen can make of the difference. */
const UNSEEN_SECONDS = 32

export const rule = defineRule({
  id: '3261-8.2.6.1-5',
  title: 'The delay in the Timestamp of a 100 response is the time that passed at the server, in seconds.',
  on: 'response',
  statuses: [100],
  applies: ({ sip }) => /^\S+\s+\S/.test(sip.get('Timestamp') ?? ''),
  check: (response) => {
    const request = requestOf(response)
    const delay = Number(response.sip.get('Timestamp')?.split(/\s+/)[1])
    if (request === undefined) return inapplicable
    const passed = (response.atMs - request.atMs) / 1000
    return delay <= passed + UNSEEN_SECONDS
      ? pass
      : violation(`the delay is ${delay} s, and ${passed.toFixed(3)} s have passed`, at(response, 'Timestamp'))
  },
})
