import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-22.1-8',
  // The server repeats a 2xx whose ACK it does not take.
  title: 'A server takes the ACK with the credentials of the INVITE.',
  on: 'dialogRequest',
  methods: ['ACK'],
  party: 'server',
  needs: ['at-server'],
  applies: ({ request }) => request.sip.has('Authorization') || request.sip.has('Proxy-Authorization'),
  check: ({ request, establishing, creation, transaction }) => {
    const copies = creation.responses.filter(
      ({ atMs, status, sip }) => status >= 200 && sip.toTag === establishing.sip.toTag && atMs > request.atMs + 200,
    )
    const [late] = copies
    return late === undefined || copies.length < 4 || transaction.requests.length < 4
      ? pass
      : violation('the 2xx is repeated although it was acknowledged', startLine(late), startLine(request))
  },
})
