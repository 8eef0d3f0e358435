import { beforeAll, expect, test } from 'vitest'
import { type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { probeLab } from './probed-lab.js'

/** docs/probe.md tells what is behind each. */
const documented = [
  ...['wsinv', 'intmeth', 'escnull', 'esc02', 'badinv01', 'ncl', 'quotbal', 'lwsruri', 'lwsstart', 'badvers'],
  ...['insuf', 'unkscm', 'novelsc', 'multi01', 'mcl01'],
]

const documentedBy = { udp: ['dblreq'], wss: [] }

describeWithPeers(['kamailio'], 'the messages of RFC 4475 and RFC 5118 at Kamailio', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false })
  })

  test.each(['udp', 'wss'] as const)('over %s show what docs/probe.md tells, and nothing else', async (transport) => {
    const played = await probeLab(lab, transport, ['torture/'])
    const withVerdict = (wanted: string): readonly string[] =>
      played
        .filter(({ verdicts }) => [...verdicts.values()].some(({ verdict }) => verdict === wanted))
        .map(({ probe }) => probe.id.replace('torture/', ''))
    expect([...withVerdict('violation')].sort()).toEqual([...documented, ...documentedBy[transport]].sort())
    expect(withVerdict('inconclusive')).toEqual([])
    expect(withVerdict('pass').length).toBeGreaterThan(38)
  })
})
