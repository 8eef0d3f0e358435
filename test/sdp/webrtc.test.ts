import { describe, expect, test } from 'vitest'
import {
  answeringSetup,
  bundledMids,
  dtlsRole,
  readWebRtcAttributes,
  type Setup,
  writeCandidate,
} from '../../src/sdp/webrtc.js'

const credentials = ['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789abcdefghijkl']
const fingerprint = 'AB:CD:EF'

describe('a section of a browser or gateway', () => {
  test('is read with its attributes', () => {
    const attributes = readWebRtcAttributes(
      [
        'm=audio 40000 UDP/TLS/RTP/SAVPF 111 0',
        ...credentials,
        `a=fingerprint:SHA-256 ${fingerprint.toLowerCase()}`,
        'a=setup:actpass',
        'a=mid:audio0',
        'a=rtcp-mux',
        'a=candidate:1 1 UDP 2130706431 127.0.0.1 40000 typ host',
        'a=candidate:2 2 udp 2130706430 127.0.0.1 40001 typ host generation 0 network-id 1',
        'a=candidate:3 1 udp 1677729535 203.0.113.5 5000 typ srflx raddr 10.0.0.1 rport 40000 generation 0',
        'a=candidate:4 1 tcp 1518280447 10.0.0.1 9 typ host tcptype active',
        'a=ssrc:4294967295 cname:x',
        'a=ssrc:4294967295 msid:s t',
        'a=ssrc:7 cname:x',
        'a=end-of-candidates',
      ],
      ['v=0'],
    )
    expect(attributes).toMatchObject({
      fingerprints: [{ hash: 'sha-256', value: fingerprint }],
      setup: 'actpass',
      mid: 'audio0',
      rtcpMux: true,
      ssrcs: [4_294_967_295, 7],
    })
    expect(attributes.ice).toMatchObject({ ufrag: 'abcd', password: '0123456789abcdefghijkl', lite: false })
    expect(
      attributes.ice?.candidates.map(({ component, transport, port, type }) => [component, transport, port, type]),
    ).toEqual([
      [1, 'udp', 40_000, 'host'],
      [2, 'udp', 40_001, 'host'],
      [1, 'udp', 5000, 'srflx'],
      [1, 'tcp', 9, 'host'],
    ])
    expect(attributes.ice?.candidates[2]?.related).toEqual({ host: '10.0.0.1', port: 40_000 })
  })

  test('takes from the session what it leaves out itself', () => {
    const session = ['a=ice-lite', ...credentials, `a=fingerprint:sha-1 ${fingerprint}`, 'a=setup:passive']
    expect(readWebRtcAttributes(['m=audio 1 UDP/TLS/RTP/SAVPF 0'], session)).toMatchObject({
      ice: { ufrag: 'abcd', lite: true, candidates: [] },
      fingerprints: [{ hash: 'sha-1' }],
      setup: 'passive',
      rtcpMux: false,
    })
  })

  test('keeps every fingerprint (RFC 8122 5)', () => {
    const lines = [`a=fingerprint:sha-1 ${fingerprint}`, 'a=fingerprint:sha-512 00:11']
    expect(readWebRtcAttributes(lines, []).fingerprints.map(({ hash }) => hash)).toEqual(['sha-1', 'sha-512'])
  })

  test.each([
    ['no password', ['a=ice-ufrag:abcd']],
    ['a password that is too short', ['a=ice-ufrag:abcd', 'a=ice-pwd:short']],
    ['a name that is too short', ['a=ice-ufrag:abc', 'a=ice-pwd:0123456789abcdefghijkl']],
    ['characters that are none of ICE', ['a=ice-ufrag:a b c d', 'a=ice-pwd:0123456789abcdefghijkl']],
  ])('has no ICE with %s (RFC 8839 5.4)', (_what, lines) => {
    expect(readWebRtcAttributes(lines, []).ice).toBeUndefined()
  })

  test.each(['x', '1 1 udp', '1 1 udp 1 127.0.0.1 99999 typ host', '1 1 udp 1 127.0.0.1 5 typ other'])(
    'passes over the candidate "%s"',
    (value) => {
      expect(readWebRtcAttributes([...credentials, `a=candidate:${value}`], []).ice?.candidates).toEqual([])
    },
  )

  test.each(['sha-256', 'sha-256 zz:zz', 'sha-256 A', ''])('passes over the fingerprint "%s"', (value) => {
    expect(readWebRtcAttributes([`a=fingerprint:${value}`], []).fingerprints).toEqual([])
  })

  test('keeps a bounded number of candidates', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `a=candidate:1 1 udp 1 10.0.0.1 ${index + 1} typ host`)
    expect(readWebRtcAttributes([...credentials, ...many], []).ice?.candidates.length).toBe(200)
  })
})

test('a candidate that is written is read as the same', () => {
  const line = 'a=candidate:2 1 udp 1677729535 203.0.113.5 5000 typ srflx raddr 10.0.0.1 rport 40000\r\n'
  const [candidate] = readWebRtcAttributes([...credentials, line.trim()], []).ice?.candidates ?? []
  expect(candidate && writeCandidate(candidate)).toBe(line)
})

test.each([
  [['a=group:BUNDLE 0 1'], ['0', '1']],
  [['a=group:LS 0 1', 'a=group:BUNDLE audio'], ['audio']],
  [['a=group:BUNDLE'], []],
  [['a=group:BUNDLED x'], []],
  [[], []],
])('of %j the bundled sections are %j (RFC 9143 7)', (lines, mids) => {
  expect(bundledMids(lines)).toEqual(mids)
})

describe('setup (RFC 5763 5)', () => {
  test.each([
    ['actpass', 'active', 'server'],
    ['actpass', 'passive', 'client'],
    ['actpass', undefined, 'server'],
    ['active', 'passive', 'client'],
    ['active', 'actpass', 'client'],
    ['active', 'active', undefined],
    ['passive', 'active', 'server'],
    ['passive', 'actpass', 'server'],
    ['passive', 'passive', undefined],
  ] as const)('%s met by %s makes this side the %s', (own, theirs, role) => {
    expect(dtlsRole(own, theirs)).toBe(role)
  })

  test.each<[Setup | undefined, 'active' | 'passive', Setup | undefined]>([
    ['actpass', 'active', 'active'],
    ['actpass', 'passive', 'passive'],
    [undefined, 'active', 'active'],
    ['active', 'active', 'passive'],
    ['passive', 'passive', 'active'],
    ['holdconn', 'active', undefined],
  ])('offered %s is answered by one who prefers %s with %s', (offered, preferred, answered) => {
    expect(answeringSetup(offered, preferred)).toBe(answered)
  })
})
