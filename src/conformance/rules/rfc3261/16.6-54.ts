import type { Via } from '../../../sip/message/via.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

const withoutSource = ({ transport, params }: Via): string =>
  `${transport.toUpperCase()} ${[...params]
    .filter(([name]) => name !== 'received' && name !== 'rport')
    .map((pair) => pair.join('='))
    .join(';')}`

export const rule = defineRule({
  id: '3261-16.6-54',
  title: 'A proxy adds its Via and leaves the others as they are.',
  on: 'forwarding',
  party: 'proxy',
  check: ({ inbound, outbound }) => {
    const before = inbound.request.vias.map(withoutSource)
    const after = outbound.request.vias.slice(1).map(withoutSource)
    return before.join() === after.join()
      ? pass
      : violation('a Via has changed', at(outbound.request, 'Via'), at(inbound.request, 'Via'))
  },
})
