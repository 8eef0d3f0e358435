import { canonicalHost } from '../../../sip/message/uri-comparison.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-18.2.2-9',
  title: 'A response over UDP goes to the host and port of the top Via, when nothing else is said.',
  on: 'hop',
  needs: ['at-server'],
  applies: (response) => {
    const { received, params, host } = response.sip.topVia
    const plain = received === undefined && !params.has('maddr') && !params.has('rport')
    return (
      !response.isRequest &&
      response.transport === 'udp' &&
      plain &&
      /^[\d.]+$|:/.test(host) &&
      requestOf(response) !== undefined
    )
  },
  check: (response) => {
    const { host, port = 5060 } = response.sip.topVia
    const to = response.destination
    return canonicalHost(to.host) === canonicalHost(host) && to.port === port
      ? pass
      : violation(`the response goes to ${to.host} port ${to.port}`, at(response, 'Via'))
  },
})
