import { integer, mapping, percent } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkScope, describeScope, prepareFilter, scope, scopeSubject } from '../packet-filter.js'

const verdictOf = (share: number | undefined, every: number | undefined): string =>
  every === undefined
    ? `numgen random mod 100000 < ${Math.round((share ?? 0) * 1000)} drop`
    : `numgen inc mod ${every} == ${every - 1} drop`

export const drop = defineFault({
  word: 'drop packets',
  help: 'loses some packets to and from somewhere, by a table of nftables of its own: a share at random, or every so manieth by count',
  settings: mapping({
    ...scope,
    share: percent.optional().describe('of the packets, at random'),
    every: integer(1, 1_000_000).optional().describe('each so manieth packet, counted for each direction'),
  }),
  example: '- { at: 30s, for: 20s, drop packets: { address: 10.0.0.5, protocol: udp, every: 20 } }',
  subjects: (settings) => [scopeSubject(settings)],
  target: ({ address, interface: device }) => address ?? device,
  check(settings, place) {
    checkScope(settings, place)
    if ((settings.share === undefined) === (settings.every === undefined)) {
      place.problem('say how many: either share: 5%, or every: 20')
    }
  },
  prepare({ share, every, ...wanted }, scene, id) {
    const many = every === undefined ? `${share} % of the packets` : `every ${every}th packet`
    const does = `drop ${many} of ${describeScope(wanted)}`
    return prepareFilter({ scope: wanted, verdicts: [verdictOf(share, every)], does }, scene, id)
  },
})
