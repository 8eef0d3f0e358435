import { defineRule } from '../../rule.js'
import { carries, flawless } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-61',
  title: 'What a proxy sends over TCP or TLS has Content-Length with the length of the body.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ outbound }) => outbound.request.transport === 'tcp' || outbound.request.transport === 'tls',
  check: ({ outbound: { request } }) =>
    request.sip.has('Content-Length')
      ? flawless(request, ['content-length', 'body-short', 'body-surplus'])
      : carries(request, 'Content-Length'),
})
