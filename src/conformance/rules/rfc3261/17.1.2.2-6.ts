import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

/** A copy that left before the response arrived may be seen after it. */
const CROSSING_MS = 100

export const rule = defineRule({
  id: '3261-17.1.2.2-6',
  title: 'A request other than INVITE is not sent again after its final response.',
  on: 'transaction',
  party: 'client',
  needs: ['at-client'],
  applies: ({ method, final, reliable }) => method !== 'INVITE' && method !== 'ACK' && !reliable && final !== undefined,
  check: ({ requests, final }) => {
    const late = requests.find(({ atMs }) => final !== undefined && atMs > final.atMs + CROSSING_MS)
    return late === undefined || final === undefined
      ? pass
      : violation('it is sent again', startLine(late), startLine(final))
  },
})
