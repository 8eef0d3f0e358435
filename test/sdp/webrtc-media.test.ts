import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerOffer } from '../../src/sdp/answer.js'
import { createOffer } from '../../src/sdp/offer.js'
import type { OwnMedia } from '../../src/sdp/own-media.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { parseSession } from '../../src/sdp/session.js'
import type { OwnWebRtc } from '../../src/sdp/webrtc-media.js'
import { own } from './own.js'

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../fixtures/sdp', `${name}.sdp`), 'utf8').replaceAll('\n', '\r\n')

const webrtc: OwnWebRtc = {
  ice: {
    ufrag: 'ownufrag',
    password: 'ownpasswordownpasswordown',
    lite: false,
    candidates: [
      {
        foundation: '1',
        component: 1,
        transport: 'udp',
        priority: 7,
        address: '127.0.0.1',
        port: 40_000,
        type: 'host',
      },
    ],
  },
  fingerprint: { hash: 'sha-256', value: 'AA:BB' },
  setup: 'active',
  mid: '0',
  ssrc: 77,
  cname: 'own',
  msid: 'stream track',
}

const browser = (over: Partial<OwnWebRtc> = {}): OwnMedia => own({ port: 40_000, webrtc: { ...webrtc, ...over } })

const answerTo = (offer: string, media = browser()) => {
  const answer = answerOffer(offer, media)
  if (answer.kind === 'refusal') throw new Error(`${answer.name}: ${answer.text}`)
  return answer
}

const linesOf = (text: string, start: string): string[] => text.split('\r\n').filter((line) => line.startsWith(start))

describe('an offer of a browser', () => {
  test.each(['chromium-offer', 'firefox-offer'])('%s is answered with ICE, DTLS and one bundled section', (name) => {
    const { text, negotiated } = answerTo(read(name))
    expect(linesOf(text, 'a=group')).toEqual(['a=group:BUNDLE 0'])
    expect(linesOf(text, 'a=setup')).toEqual(['a=setup:active'])
    expect(linesOf(text, 'a=fingerprint')).toEqual(['a=fingerprint:sha-256 AA:BB'])
    expect(linesOf(text, 'a=ice-')).toEqual([
      'a=ice-ufrag:ownufrag',
      'a=ice-pwd:ownpasswordownpasswordown',
      'a=ice-options:ice2',
    ])
    expect(linesOf(text, 'a=rtcp-mux').length).toBe(1)
    expect(linesOf(text, 'a=end-of-candidates').length).toBe(1)
    expect(negotiated?.webrtc).toMatchObject({ dtlsRole: 'client', controlling: false })
    expect(negotiated).toMatchObject({ codec: 'PCMU', send: true, receive: true })
  })

  test('keeps its rejected sections with port 0, formats and mid', () => {
    const { text, negotiated } = answerTo(read('chromium-offer'))
    expect(linesOf(text, 'm=').slice(1)).toEqual([
      'm=video 0 UDP/TLS/RTP/SAVPF 96 97',
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    ])
    expect(linesOf(text, 'a=mid')).toEqual(['a=mid:0', 'a=mid:1', 'a=mid:2'])
    expect(negotiated?.webrtc?.ssrcs).toEqual([3_570_614_608])
    expect(negotiated?.webrtc?.ice.candidates.length).toBe(4)
  })

  test('is answered passively by one that prefers it', () => {
    const { text, negotiated } = answerTo(read('firefox-offer'), browser({ setup: 'passive' }))
    expect(linesOf(text, 'a=setup')).toEqual(['a=setup:passive'])
    expect(negotiated?.webrtc?.dtlsRole).toBe('server')
  })

  test('takes its transport from the first section of the bundle (RFC 9143 7.1.3)', () => {
    const [session = '', audio = '', video = ''] = read('chromium-offer').split(/(?=m=)/)
    const bare = audio.replace(/a=(ice-|fingerprint|setup|rtcp-mux|candidate).*\r\n/g, '').replace('51000', '0')
    const offer = `${session.replace('0 1 2', '1 0')}${video}${bare}a=bundle-only\r\n`
    const { negotiated, text } = answerTo(offer)
    expect(negotiated?.webrtc?.ice.ufrag).toBe('EsAw')
    expect(linesOf(text, 'm=').map((line) => line.split(' ')[1])).toEqual(['0', '40000'])
  })
})

const answered = (name: string, change: (text: string) => string = (text) => text) =>
  readAnswer(browser(), change(read(name)))

describe('an answer', () => {
  test.each([
    ['rtpengine-answer', 4],
    ['asterisk-answer', 2],
  ])('%s gives what ICE and DTLS need', (name, candidates) => {
    const result = answered(name)
    expect(result).toMatchObject({ kind: 'negotiated', codec: 'PCMU' })
    expect(result.kind === 'negotiated' && result.webrtc).toMatchObject({ dtlsRole: 'server', controlling: true })
    expect(result.kind === 'negotiated' && result.webrtc?.ice.candidates.length).toBe(candidates)
    expect(result.kind === 'negotiated' && result.webrtc?.fingerprints[0]?.hash).toBe('sha-256')
  })

  test.each([
    ['no-ice', (text: string) => text.replace(/a=ice-ufrag.*\r\n/, '')],
    ['no-fingerprint', (text: string) => text.replace(/a=fingerprint.*\r\n/, '')],
    ['no-rtcp-mux', (text: string) => text.replace(/a=rtcp-mux\r\n/, '')],
    ['no-address', (text: string) => text.replace(/c=.*\r\n/, '')],
    ['rejected', (text: string) => text.replace('m=audio 30012', 'm=audio 0')],
    ['media-order', (text: string) => text.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')],
  ])('is refused as %s', (name, change) => {
    expect(answered('rtpengine-answer', change)).toMatchObject({ kind: 'mismatch', name })
  })
})

describe('an offer of this side', () => {
  test('is one bundled section that a far side of the same kind can answer', () => {
    const offer = createOffer(browser())
    expect(linesOf(offer, 'm=')).toEqual([expect.stringMatching(/^m=audio 40000 UDP\/TLS\/RTP\/SAVPF /)])
    expect(linesOf(offer, 'a=group')).toEqual(['a=group:BUNDLE 0'])
    expect(linesOf(offer, 'a=setup')).toEqual(['a=setup:actpass'])
    expect(linesOf(offer, 'a=candidate')).toEqual(['a=candidate:1 1 udp 7 127.0.0.1 40000 typ host'])
    const answer = answerTo(offer)
    expect(answer.negotiated?.webrtc?.ssrcs).toEqual([77])
    expect(readAnswer(browser(), answer.text)).toMatchObject({ kind: 'negotiated', webrtc: { dtlsRole: 'server' } })
  })

  test('is refused by a phone of plain RTP, and the other way round', () => {
    expect(answerOffer(createOffer(browser()), own())).toMatchObject({ kind: 'refusal', name: 'unsupported-profile' })
    expect(answerOffer(createOffer(own()), browser())).toMatchObject({ kind: 'refusal', name: 'unsupported-profile' })
  })

  test.each([
    ['no-ice', (text: string) => text.replace(/a=ice-pwd.*\r\n/, '')],
    ['no-fingerprint', (text: string) => text.replace(/a=fingerprint:sha-256 .*\r\n/, 'a=fingerprint:md5 0\r\n')],
    ['setup', (text: string) => text.replace('actpass', 'holdconn')],
    ['too-large', (text: string) => text + 'a=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n'.repeat(5000)],
  ])('with a defect is refused as %s', (name, change) => {
    expect(answerOffer(change(createOffer(browser())), browser())).toMatchObject({ kind: 'refusal', name })
  })

  test('in an established session keeps the places of rejected sections', () => {
    const { text } = answerTo(read('chromium-offer'))
    const again = createOffer(browser(), text)
    expect(linesOf(again, 'm=').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'm=audio 40000',
      'm=video 0',
      'm=application 0',
    ])
  })
})

test('sessions that differ only in their credentials are told apart', () => {
  const first = createOffer(browser())
  const second = first.replace('ownufrag', 'another1')
  const ufragOf = (text: string) => {
    const session = parseSession(text)
    return session.kind === 'session' ? session.media[0]?.webrtc?.ice?.ufrag : undefined
  }
  expect([ufragOf(first), ufragOf(second)]).toEqual(['ownufrag', 'another1'])
})
