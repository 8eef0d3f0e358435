import { at } from '../../point.js'
import { recordedByProxy } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, transportIsSecure, uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.7-37',
  title:
    'A proxy that took the request without TLS and sent it over TLS shows a sip URI in Record-Route of the response.',
  on: 'hop',
  methods: ['INVITE'],
  statuses: [2],
  applies: (response) =>
    recordedByProxy(response).length === 1 &&
    !transportIsSecure(response) &&
    transportIsSecure(response.forwardedFrom!),
  check: (response) =>
    isSips(uriOf(recordedByProxy(response)[0] ?? ''))
      ? violation('the URI is sips', at(response, 'Record-Route'))
      : pass,
})
