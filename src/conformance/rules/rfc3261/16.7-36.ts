import { at } from '../../point.js'
import { recordedByProxy } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, transportIsSecure, uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.7-36',
  title: 'A proxy that took the request from TLS and sent it without shows a sips URI in Record-Route of the response.',
  on: 'hop',
  methods: ['INVITE'],
  statuses: [2],
  applies: (response) =>
    recordedByProxy(response).length === 1 &&
    transportIsSecure(response) &&
    !transportIsSecure(response.forwardedFrom!),
  check: (response) =>
    isSips(uriOf(recordedByProxy(response)[0] ?? ''))
      ? pass
      : violation('the URI is not sips', at(response, 'Record-Route')),
})
