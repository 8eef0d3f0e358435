import { at } from '../../point.js'
import { inserted } from '../../proxy-vocabulary.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isSips, transportIsSecure, uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.6-25',
  title: 'A proxy that takes an INVITE from TLS and sends it to a sip URI without TLS records a sip URI.',
  on: 'forwarding',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ inbound, outbound }) =>
    inbound.request.sip.toTag === '' &&
    transportIsSecure(inbound.request) &&
    !transportIsSecure(outbound.request) &&
    /^sip:/i.test(outbound.request.sip.requestUri),
  check: (forwarding) =>
    inserted(forwarding, 'Record-Route').some((value) => !isSips(uriOf(value)))
      ? pass
      : violation('no sip URI is recorded', at(forwarding.outbound.request, 'Record-Route')),
})
