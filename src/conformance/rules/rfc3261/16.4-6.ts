import { parseUri } from '../../../sip/message/uri.js'
import { canonicalHost } from '../../../sip/message/uri-comparison.js'
import type { HopTransaction } from '../../model/hop-transaction.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { urisOf } from '../../vocabulary.js'

const isProxy = (uri: string, { request }: HopTransaction): boolean => {
  const route = parseUri(uri)
  const { host, port } = request.destination
  return route !== undefined && canonicalHost(route.host) === canonicalHost(host) && (route.port ?? 5060) === port
}

export const rule = defineRule({
  id: '3261-16.4-6',
  title: 'A proxy removes itself from the first Route.',
  on: 'forwarding',
  party: 'proxy',
  applies: ({ inbound }) => isProxy(urisOf(inbound.request, 'Route')[0] ?? '', inbound),
  check: ({ inbound, outbound }) => {
    const own = inbound.request.sip.list('Route')[0] ?? ''
    const kept = outbound.request.sip.list('Route').includes(own)
    return kept
      ? violation('its own Route is passed on', at(outbound.request, 'Route', own), at(inbound.request, 'Route'))
      : pass
  },
})
