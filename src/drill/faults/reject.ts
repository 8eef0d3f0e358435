import { mapping } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkScope, describeScope, prepareFilter, scope, scopeSubject } from '../packet-filter.js'

export const reject = defineFault({
  word: 'reject packets',
  help: 'refuses packets to and from somewhere as a closed port does (ICMP unreachable, TCP reset), by a table of nftables of its own',
  settings: mapping(scope),
  example: '- { at: 30s, for: 5s, reject packets: { address: 10.0.0.5, port: 5060 } }',
  subjects: (settings) => [scopeSubject(settings)],
  target: ({ address, interface: device }) => address ?? device,
  check: checkScope,
  prepare(settings, scene, id) {
    const verdicts = ['meta l4proto tcp reject with tcp reset', 'reject with icmpx port-unreachable']
    return prepareFilter(
      { scope: settings, verdicts, does: `refuse all packets of ${describeScope(settings)}` },
      scene,
      id,
    )
  },
})
