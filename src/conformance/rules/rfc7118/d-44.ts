import { canonicalHost } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { isWebSocket, requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-44',
  title: 'received in the Via of a WebSocket client, where it is there, is the address of its connection.',
  on: 'hop',
  needs: ['at-client'],
  applies: (response) =>
    !response.isRequest &&
    isWebSocket(response) &&
    response.sip.topVia.received !== undefined &&
    requestOf(response) !== undefined,
  check: (response, { vantage }) => {
    const { received = '' } = response.sip.topVia
    const source = requestOf(response)?.source.host ?? ''
    if (canonicalHost(received) === canonicalHost(source)) return pass
    if (!vantage.isAt(response.source.host)) return inconclusive('an address may have been translated on the way')
    return violation(`the connection comes from ${source}`, at(response, 'Via', received))
  },
})
