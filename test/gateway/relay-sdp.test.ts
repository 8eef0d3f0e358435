import { describe, expect, it } from 'vitest'
import { type MediaDestination, relaySdp } from '../../src/gateway/relay-sdp.js'

const lines = (...texts: string[]): string => texts.map((text) => `${text}\r\n`).join('')
const start = ['v=0', 'o=- 1 1 IN IP4 10.0.0.1', 's=-']

interface Row {
  readonly title: string
  readonly sdp: string
  readonly expected: string
  readonly wanted: readonly (readonly [number, string | undefined, string | undefined])[]
  readonly host?: string
}

const rows: readonly Row[] = [
  {
    title: 'the address of the session and the port of the media',
    sdp: lines(...start, 'c=IN IP4 10.0.0.1', 't=0 0', 'm=audio 4000 RTP/AVP 0 101', 'a=sendrecv'),
    expected: lines(...start, 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 20000 RTP/AVP 0 101', 'a=sendrecv'),
    wanted: [[0, '10.0.0.1:4000', '10.0.0.1:4001']],
  },
  {
    title: 'the address of the media before that of the session',
    sdp: lines(...start, 'c=IN IP4 10.0.0.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', 'c=IN IP4 10.0.0.2/127'),
    expected: lines(...start, 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 20000 RTP/AVP 0', 'c=IN IP4 127.0.0.1'),
    wanted: [[0, '10.0.0.2:4000', '10.0.0.2:4001']],
  },
  {
    title: 'a=rtcp with and without address',
    sdp: lines(
      ...start,
      'c=IN IP4 10.0.0.1',
      't=0 0',
      'm=audio 4000 RTP/AVP 0',
      'a=rtcp:5000',
      'm=video 4002 RTP/SAVPF 96',
      'a=rtcp:5002 IN IP4 10.0.0.9',
    ),
    expected: lines(
      ...start,
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 20000 RTP/AVP 0',
      'a=rtcp:20001',
      'm=video 20010 RTP/SAVPF 96',
      'a=rtcp:20011 IN IP4 127.0.0.1',
    ),
    wanted: [
      [0, '10.0.0.1:4000', '10.0.0.1:5000'],
      [1, '10.0.0.1:4002', '10.0.0.9:5002'],
    ],
  },
  {
    title: 'RTCP on the RTP port',
    sdp: lines(...start, 'c=IN IP4 10.0.0.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', 'a=rtcp-mux'),
    expected: lines(...start, 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 20000 RTP/AVP 0', 'a=rtcp-mux'),
    wanted: [[0, '10.0.0.1:4000', '10.0.0.1:4000']],
  },
  {
    title: 'no media that is rejected or no RTP, whose address stays',
    sdp: lines(
      ...start,
      'c=IN IP4 10.0.0.1',
      't=0 0',
      'm=video 0 RTP/AVP 96',
      'm=message 7000 TCP/MSRP *',
      'm=audio 4000 RTP/AVP 0',
    ),
    expected: lines(
      ...start,
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=video 0 RTP/AVP 96',
      'c=IN IP4 10.0.0.1',
      'm=message 7000 TCP/MSRP *',
      'c=IN IP4 10.0.0.1',
      'm=audio 20020 RTP/AVP 0',
    ),
    wanted: [[2, '10.0.0.1:4000', '10.0.0.1:4001']],
  },
  {
    title: 'hold by address, which stays and gives no destination',
    sdp: lines(...start, 'c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 4000 RTP/AVP 0'),
    expected: lines(...start, 'c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 20000 RTP/AVP 0'),
    wanted: [[0, undefined, undefined]],
  },
  {
    title: 'no ICE, which would lead around the relay',
    sdp: lines(
      ...start,
      'c=IN IP4 10.0.0.1',
      't=0 0',
      'm=audio 4000 RTP/AVP 0',
      'a=ice-ufrag:x',
      'a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host',
      'a=ptime:20',
      'a=end-of-candidates',
    ),
    expected: lines(...start, 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 20000 RTP/AVP 0', 'a=ptime:20'),
    wanted: [[0, '10.0.0.1:4000', '10.0.0.1:4001']],
  },
  {
    title: 'the family of the relay, and lines that end in LF only',
    sdp: 'v=0\no=- 1 1 IN IP6 fd00::1\ns=-\nc=IN IP6 fd00::1\nt=0 0\nm=audio 4000 RTP/AVP 0\n',
    expected: lines('v=0', 'o=- 1 1 IN IP6 fd00::1', 's=-', 'c=IN IP6 ::1', 't=0 0', 'm=audio 20000 RTP/AVP 0'),
    wanted: [[0, 'fd00::1:4000', 'fd00::1:4001']],
    host: '::1',
  },
]

const show = (address: { host: string; port: number } | undefined): string | undefined =>
  address && `${address.host}:${address.port}`

describe('relaySdp', () => {
  it.each(rows)('replaces $title', ({ sdp, expected, wanted, host }) => {
    const seen: [number, string | undefined, string | undefined][] = []
    const result = relaySdp(sdp, host ?? '127.0.0.1', (index: number, { rtp, rtcp }: MediaDestination) => {
      seen.push([index, show(rtp), show(rtcp)])
      return { rtp: 20_000 + index * 10, rtcp: 20_001 + index * 10 }
    })
    expect(result).toBe(expected)
    expect(seen).toEqual(wanted)
  })

  it.each(['', 'hello', 'v=0\r\n', 'm=audio 4000 RTP/AVP 0\r\n'])('leaves %j alone', (text) => {
    expect(relaySdp(text, '127.0.0.1', () => ({ rtp: 1, rtcp: 2 }))).toBe(text)
  })

  it('leaves everything alone when there is no port to give', () => {
    const sdp = rows[0]?.sdp ?? ''
    expect(relaySdp(sdp, '127.0.0.1', () => undefined)).toBe(sdp)
  })
})
