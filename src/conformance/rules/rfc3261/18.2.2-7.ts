import { canonicalHost } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-18.2.2-7',
  title: 'A response over UDP goes to received and the port in the top Via, or to rport.',
  on: 'hop',
  needs: ['at-server'],
  applies: (response) => {
    const via = response.sip.topVia
    return (
      !response.isRequest &&
      response.transport === 'udp' &&
      via.received !== undefined &&
      !via.params.has('maddr') &&
      requestOf(response) !== undefined
    )
  },
  check: (response) => {
    const { received = '', rport, port } = response.sip.topVia
    const { host, port: to } = response.destination
    if (canonicalHost(host) === canonicalHost(received) && to === (rport ?? port ?? 5060)) return pass
    return violation(`the response goes to ${host} port ${to}`, at(response, 'Via'))
  },
})
