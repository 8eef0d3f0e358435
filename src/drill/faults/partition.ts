import { mapping } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkScope, describeScope, prepareFilter, scope, scopeSubject } from '../packet-filter.js'

export const partition = defineFault({
  word: 'partition',
  help: 'drops every packet to and from somewhere without a word, by a table of nftables of its own',
  settings: mapping(scope),
  example: '- { at: 30s, for: 5s, partition: { interface: eth1, address: 10.0.0.5 } }',
  subjects: (settings) => [scopeSubject(settings)],
  target: ({ address, interface: device }) => address ?? device,
  check: checkScope,
  prepare: (settings, scene, id) =>
    prepareFilter(
      { scope: settings, verdicts: ['drop'], does: `drop all packets of ${describeScope(settings)}` },
      scene,
      id,
    ),
})
