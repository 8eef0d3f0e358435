import { describe, expect, it } from 'vitest'
import type { SrtpKeys, SrtpSuiteName } from '../../src/model/srtp.js'
import { answerOffer } from '../../src/sdp/answer.js'
import type { CryptoAttribute } from '../../src/sdp/crypto.js'
import { createOffer } from '../../src/sdp/offer.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { mediaLines, own, theirs } from './own.js'

const keys = (suite: SrtpSuiteName, keyBytes: number, saltBytes: number, fill: number): SrtpKeys => ({
  suite,
  masterKey: Buffer.alloc(keyBytes, fill),
  masterSalt: Buffer.alloc(saltBytes, fill),
})

const text = ({ masterKey, masterSalt }: SrtpKeys): string => Buffer.concat([masterKey, masterSalt]).toString('base64')

const counterMode = keys('AES_CM_128_HMAC_SHA1_80', 16, 14, 1)
const gcm = keys('AEAD_AES_256_GCM', 32, 12, 2)
const theirCounterMode = keys('AES_CM_128_HMAC_SHA1_80', 16, 14, 3)
const theirGcm = keys('AEAD_AES_256_GCM', 32, 12, 4)

const attributes: readonly CryptoAttribute[] = [
  { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', keys: [counterMode] },
  { tag: 2, suite: 'AEAD_AES_256_GCM', keys: [gcm] },
]
const secure = own({ crypto: attributes })
const plain = own()

const cryptoLine = (tag: number, key: SrtpKeys): string => `a=crypto:${tag} ${key.suite} inline:${text(key)}`
const offered = (profile: string, ...lines: readonly string[]): string =>
  theirs([`m=audio 4000 ${profile} 0 101`, 'a=rtpmap:0 PCMU/8000', ...lines])

/** As plain values, so that views of buffers compare by content. */
const hex = (key: SrtpKeys | undefined) =>
  key && [key.suite, Buffer.from(key.masterKey).toString('hex'), Buffer.from(key.masterSalt).toString('hex')]

describe('an offer of SDES', () => {
  it('is RTP/SAVP with an attribute for every suite', () => {
    expect(mediaLines(createOffer(secure)).filter((line) => /^m=|crypto/.test(line))).toEqual([
      'm=audio 20000 RTP/SAVP 0 8 101',
      cryptoLine(1, counterMode),
      cryptoLine(2, gcm),
    ])
  })

  it('keeps, within a session, the profile that was agreed', () => {
    const answer = answerOffer(offered('RTP/AVP', cryptoLine(1, theirGcm)), secure)
    if (answer.kind !== 'answer') expect.fail(answer.text)
    expect(mediaLines(createOffer(secure, answer.text))[0]).toBe('m=audio 20000 RTP/AVP 0 8 101')
    expect(readAnswer(secure, offered('RTP/AVP', cryptoLine(2, theirGcm)), createOffer(secure, answer.text)).kind).toBe(
      'negotiated',
    )
  })
})

describe('the answer to an offer of SDES', () => {
  it.each(['RTP/SAVP', 'RTP/SAVPF', 'RTP/AVP', 'RTP/AVPF'])('in %s takes the first suite, with its tag', (profile) => {
    const answer = answerOffer(
      offered(
        profile,
        'a=crypto:3 F8_128_HMAC_SHA1_80 inline:AAAA',
        cryptoLine(5, theirGcm),
        cryptoLine(6, theirCounterMode),
      ),
      secure,
    )
    if (answer.kind !== 'answer') expect.fail(answer.text)
    const lines = mediaLines(answer.text)
    expect(lines[0]).toBe(`m=audio 20000 ${profile} 0`)
    expect(lines.filter((line) => line.startsWith('a=crypto'))).toEqual([cryptoLine(5, gcm)])
    expect([hex(answer.negotiated?.keys?.send), answer.negotiated?.keys?.receive.map(hex)]).toEqual([
      hex(gcm),
      [hex(theirGcm)],
    ])
  })

  it.each([
    ['no key', secure, offered('RTP/SAVP'), 'no-crypto'],
    ['plain RTP, which a phone of SDES does not do', secure, offered('RTP/AVP'), 'no-crypto'],
    [
      'a suite that nobody knows',
      secure,
      offered('RTP/SAVP', `a=crypto:1 F8_128_HMAC_SHA1_80 inline:${text(counterMode)}`),
      'no-common-suite',
    ],
    [
      'a key of a wrong length',
      secure,
      offered('RTP/SAVP', `a=crypto:1 AEAD_AES_256_GCM inline:${text(counterMode)}`),
      'bad-crypto',
    ],
    ['SRTP, to a phone of plain RTP', plain, offered('RTP/SAVP', cryptoLine(1, theirGcm)), 'unsupported-profile'],
    ['DTLS', secure, offered('UDP/TLS/RTP/SAVPF', 'a=fingerprint:sha-256 AA'), 'unsupported-profile'],
  ])('with %s is a refusal by name', (_, side, offer, expected) => {
    const answer = answerOffer(offer, side)
    expect(answer.kind === 'refusal' ? answer.name : answer.kind).toBe(expected)
  })

  it('takes the m= line of two that it can key', () => {
    const both = theirs([
      'm=audio 4000 RTP/AVP 0',
      'm=audio 4002 RTP/SAVP 0',
      cryptoLine(1, theirCounterMode),
      'a=ptime:20',
    ])
    const [secured, clear] = [answerOffer(both, secure), answerOffer(both, plain)]
    if (secured.kind !== 'answer' || clear.kind !== 'answer') expect.fail('refused')
    expect(mediaLines(secured.text).filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 0 RTP/AVP 0',
      'm=audio 20000 RTP/SAVP 0',
    ])
    expect(mediaLines(clear.text).filter((line) => line.startsWith('m='))).toEqual([
      'm=audio 20000 RTP/AVP 0',
      'm=audio 0 RTP/SAVP 0',
    ])
    expect([secured.negotiated?.remote.port, clear.negotiated?.keys]).toEqual([4002, undefined])
  })

  it('is plain RTP to an offer of SRTP by choice, for a phone of plain RTP', () => {
    const answer = answerOffer(offered('RTP/AVP', cryptoLine(1, theirGcm)), plain)
    if (answer.kind !== 'answer') expect.fail(answer.text)
    expect(answer.text).not.toContain('crypto')
    expect(answer.negotiated?.keys).toBeUndefined()
  })
})

describe('an answer to our offer of SDES', () => {
  it('keys what we send by its tag and what we receive by its key', () => {
    const negotiated = readAnswer(secure, offered('RTP/SAVP', cryptoLine(2, theirGcm)))
    if (negotiated.kind !== 'negotiated') expect.fail(negotiated.text)
    expect([hex(negotiated.keys?.send), negotiated.keys?.receive.map(hex)]).toEqual([hex(gcm), [hex(theirGcm)]])
  })

  it.each([
    ['no key', offered('RTP/SAVP'), 'no-crypto', false],
    [
      'a suite that was not offered',
      offered('RTP/SAVP', `a=crypto:1 AEAD_AES_128_GCM inline:${Buffer.alloc(28).toString('base64')}`),
      'no-common-suite',
      false,
    ],
    [
      'a key of a wrong length',
      offered('RTP/SAVP', `a=crypto:2 AEAD_AES_256_GCM inline:${text(counterMode)}`),
      'bad-crypto',
      false,
    ],
    ['the tag of another suite', offered('RTP/SAVP', cryptoLine(1, theirGcm)), 'crypto-tag', true],
    ['a tag that was not offered', offered('RTP/SAVP', cryptoLine(9, theirGcm)), 'crypto-tag', true],
    ['another profile, and no key', offered('RTP/AVP'), 'media-order', false],
  ])('with %s is a mismatch by name', (_, answer, expected, flows) => {
    const result = readAnswer(secure, answer)
    expect(result.kind === 'mismatch' ? [result.name, result.negotiated !== undefined] : result.kind).toEqual([
      expected,
      flows,
    ])
  })
})
