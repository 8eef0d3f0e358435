import { expect, test } from 'vitest'
import { silentServers } from '../../src/metrics/silent-servers.js'
import type { IceServerFailure, PathReport } from '../../src/model/webrtc.js'
import { callRecord, legRecord, streamReport } from './records.js'

const path: PathReport = {
  iceMs: 20,
  dtlsMs: 30,
  dtlsRole: 'client',
  suite: 'AEAD_AES_256_GCM',
  localCandidate: 'host',
  remoteCandidate: 'host',
  routeChanges: 0,
  packetsBeforeKeys: 0,
  packetsOfOtherSources: 0,
  packetsOfOtherFormats: 0,
  failure: undefined,
  failureText: '',
}

const callWith = (serverFailures?: readonly IceServerFailure[]) =>
  callRecord({
    number: 7,
    legs: [
      legRecord([streamReport({ path: { ...path, ...(serverFailures && { serverFailures }) } })], { agent: '1000' }),
    ],
  })

test('a server that gave no candidates is found fault with, by its URL', () => {
  const failure = { server: 'turn:t', name: 'ice-server-refused', text: 'refused with 401 Unauthorized' } as const
  expect(silentServers(callWith([failure]))).toMatchObject([
    {
      rule: 'media/ice-server',
      severity: 'warning',
      element: 'turn:t',
      examples: ['call 7: ice-server-refused: 1000 asked turn:t, which refused with 401 Unauthorized'],
    },
  ])
  expect([silentServers(callWith([])), silentServers(callWith())]).toEqual([[], []])
})
