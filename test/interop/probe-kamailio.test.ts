import { beforeAll, expect, test } from 'vitest'
import type { TransportName } from '../../src/model/address.js'
import { type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { probeLab } from './probed-lab.js'

/** Those that wait for nothing, so that the whole takes seconds. */
const quick = [
  'options/plain',
  'options/credentials',
  'transport/',
  'handshakes/',
  'websocket/',
  'registrations/',
  'flows/',
  'proxying/through',
  'proxying/dialog',
  'forking/best',
  'forking/challenges',
  'forking/two-answers',
  'forking/global-failure',
  'strays/',
]

/** docs/probe.md tells what is behind each. */
const documented = ['3261-10.3-13', '3261-10.3-14', '3261-10.3-17', '3261-10.3-6', '3261-18.1.2-1', '6026-6-4']

const documentedBy: Partial<Record<TransportName, readonly string[]>> = {
  udp: ['3261-18.2.2-5', '3261-18.3-1', '5626-6-4', '5626-6-5'],
  wss: ['5626-7-1', '6455-H-05', '7118-D-04', '7118-D-16', '7118-D-36', '7118-D-39'],
}

describeWithPeers(['kamailio'], 'probing Kamailio', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false })
  })

  test.each(['udp', 'wss'] as const)('over %s finds what docs/probe.md tells, and nothing else', async (transport) => {
    const played = await probeLab(lab, transport, quick)
    const verdicts = played.flatMap(({ verdicts: own }) => [...own])
    const broken = verdicts.filter(([, { verdict }]) => verdict === 'violation').map(([statement]) => statement)
    expect([...new Set(broken)].sort()).toEqual([...documented, ...(documentedBy[transport] ?? [])].sort())
    const passed = verdicts.filter(([, { verdict }]) => verdict === 'pass')
    expect(passed.length).toBeGreaterThan(35)
  })
})
