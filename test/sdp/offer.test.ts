import { parse } from 'sdp-transform'
import { describe, expect, it } from 'vitest'
import { createOffer } from '../../src/sdp/offer.js'
import { mediaLines, own, ownCodecs } from './own.js'

describe('createOffer', () => {
  it('writes every line of a plain offer in the order of RFC 4566 5', () => {
    expect(createOffer(own())).toBe(
      [
        'v=0',
        'o=- 4711 1 IN IP4 192.0.2.1',
        's=-',
        'c=IN IP4 192.0.2.1',
        't=0 0',
        'm=audio 20000 RTP/AVP 0 8 101',
        'a=rtpmap:0 PCMU/8000',
        'a=rtpmap:8 PCMA/8000',
        'a=rtpmap:101 telephone-event/8000',
        'a=fmtp:101 0-15',
        'a=ptime:20',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    )
  })

  it.each([
    ['keeps the order of codecs', { codecs: ownCodecs('PCMA', 'PCMU') }, 'm=audio 20000 RTP/AVP 8 0 101'],
    ['offers no telephone-event when there is none', { telephoneEvents: [] }, 'm=audio 20000 RTP/AVP 0 8'],
    ['writes another RTCP port as a=rtcp', { rtcpPort: 30_001 }, 'a=rtcp:30001'],
    ['writes the direction', { direction: 'sendonly' }, 'a=sendonly'],
    ['writes IPv6 without brackets', { address: '2001:db8::1' }, 'c=IN IP6 2001:db8::1'],
  ] as const)('%s', (_what, change, line) => {
    expect(createOffer(own(change)).split('\r\n')).toContain(line)
  })

  it('leaves a=rtcp out for the next port', () => {
    expect(createOffer(own({ rtcpPort: 20_001 }))).not.toContain('a=rtcp:')
  })

  it('is read by an independent parser as it was meant', () => {
    const parsed = parse(createOffer(own({ address: '2001:db8::1', rtcpPort: 30_001 })))
    expect(parsed.origin).toMatchObject({ sessionId: 4711, sessionVersion: 1, ipVer: 6, address: '2001:db8::1' })
    expect(parsed.media[0]).toMatchObject({ port: 20_000, protocol: 'RTP/AVP', ptime: 20, rtcp: { port: 30_001 } })
    expect(parsed.media[0]?.rtp.map((map) => map.codec)).toEqual(['PCMU', 'PCMA', 'telephone-event'])
  })
})

describe('an offer within a session', () => {
  it('changes only version and direction', () => {
    const first = createOffer(own())
    const second = createOffer(own({ version: 2, direction: 'sendonly' }), first)
    expect(second).toBe(first.replace('o=- 4711 1', 'o=- 4711 2').replace('a=sendrecv', 'a=sendonly'))
  })

  it('keeps rejected m= lines at their place (RFC 3264 8)', () => {
    const previous =
      'v=0\r\no=- 4711 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n' +
      'm=video 0 RTP/AVP 31\r\nm=audio 20000 RTP/AVP 0\r\nm=application 0 TCP/BFCP *\r\n'
    const lines = createOffer(own({ version: 2 }), previous)
      .split('\r\n')
      .filter((line) => line.startsWith('m='))
    expect(lines).toEqual(['m=video 0 RTP/AVP 31', 'm=audio 20000 RTP/AVP 0 8 101', 'm=application 0 TCP/BFCP *'])
  })

  it('takes up a disabled audio line again instead of adding one', () => {
    const previous = `${createOffer(own()).replace('m=audio 20000', 'm=audio 0')}m=video 0 RTP/AVP 31\r\n`
    const lines = mediaLines(createOffer(own({ version: 2 }), previous)).filter((line) => line.startsWith('m='))
    expect(lines).toEqual(['m=audio 20000 RTP/AVP 0 8 101', 'm=video 0 RTP/AVP 31'])
  })
})
