import { canonicalHost } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-18.2.1-6',
  title: 'received is the address that the request came from.',
  on: 'hop',
  // What lies between the capture and the server may have translated the address.
  needs: ['at-client'],
  applies: (response) =>
    !response.isRequest &&
    !isWebSocket(response) &&
    response.sip.topVia.received !== undefined &&
    requestOf(response) !== undefined,
  check: (response, { vantage }) => {
    const { received = '' } = response.sip.topVia
    const source = requestOf(response)?.source.host ?? ''
    if (canonicalHost(received) === canonicalHost(source)) return pass
    if (!vantage.isAt(response.source.host)) return inconclusive('an address may have been translated on the way')
    return violation(`the request came from ${source}`, at(response, 'Via', received))
  },
})
