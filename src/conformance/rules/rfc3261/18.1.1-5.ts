import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const isMulticast = (host: string): boolean => /^(22[4-9]|23\d)\.|^ff/i.test(host)

export const rule = defineRule({
  id: '3261-18.1.1-5',
  title: 'A request to a multicast address has maddr in Via, and ttl for IPv4.',
  on: 'hop',
  applies: ({ isRequest, destination }) => isRequest && isMulticast(destination.host),
  check: (request) => {
    const { params } = request.sip.topVia
    if (!params.has('maddr')) return violation('Via has no maddr', at(request, 'Via'))
    return params.has('ttl') || request.destination.host.includes(':')
      ? pass
      : violation('Via has no ttl', at(request, 'Via'))
  },
})
