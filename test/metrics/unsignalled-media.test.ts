import { describe, expect, test } from 'vitest'
import { unsignalledMedia } from '../../src/metrics/unsignalled-media.js'
import type { PathReport } from '../../src/model/webrtc.js'
import { callRecord, legRecord, streamReport } from './records.js'

const path: PathReport = {
  iceMs: 20,
  dtlsMs: 30,
  dtlsRole: 'client',
  suite: 'AEAD_AES_256_GCM',
  localCandidate: 'host',
  remoteCandidate: 'host',
  routeChanges: 0,
  packetsBeforeKeys: 3,
  packetsOfOtherSources: 0,
  packetsOfOtherFormats: 0,
  failure: undefined,
  failureText: '',
}

const callWith = (change: Partial<PathReport> | undefined) =>
  callRecord({
    number: 7,
    legs: [
      legRecord([streamReport({ remote: '192.0.2.9:4000', path: change && { ...path, ...change } })], {
        agent: '1000',
      }),
    ],
  })

describe('media that contradicts its description', () => {
  test.each([
    [{ packetsOfOtherSources: 5 }, 'media/unsignalled-source', '5 packets of sources that a=ssrc does not name'],
    [{ packetsOfOtherFormats: 2 }, 'media/unaccepted-format', '2 packets of payload types that it did not offer'],
  ])('%j is the finding %s', (change, rule, text) => {
    expect(unsignalledMedia(callWith(change))).toMatchObject([
      { rule, element: 'media from 192.0.2.9', severity: 'error', examples: [`call 7: 1000 got ${text}`] },
    ])
  })

  test.each([[{}], [undefined], [{ packetsBeforeKeys: 9 }]])('%j is none', (change) => {
    expect(unsignalledMedia(callWith(change))).toEqual([])
  })
})
