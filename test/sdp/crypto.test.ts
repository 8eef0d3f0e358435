import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SrtpKeys, type SrtpSuiteName, srtpSuites } from '../../src/model/srtp.js'
import {
  type CryptoAttribute,
  type CryptoDefect,
  chooseCrypto,
  cryptoWords,
  readCrypto,
  writeCrypto,
} from '../../src/sdp/crypto.js'

const suites = Object.keys(srtpSuites) as SrtpSuiteName[]
const key30 = Buffer.from(Array.from({ length: 30 }, (_, i) => i)).toString('base64')
const key44 = Buffer.alloc(44, 7).toString('base64')

function read(line: string): CryptoAttribute | CryptoDefect {
  const [words] = cryptoWords([line])
  if (!words) throw new Error(`${line} is no a=crypto`)
  return readCrypto(words)
}

const refusalOf = (line: string): string => {
  const result = read(line)
  return 'name' in result ? result.name : 'none'
}

describe('a=crypto', () => {
  it('gives key and salt', () => {
    expect(read(`a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${key30}`)).toEqual({
      tag: 7,
      suite: 'AES_CM_128_HMAC_SHA1_80',
      keys: [
        {
          suite: 'AES_CM_128_HMAC_SHA1_80',
          masterKey: Buffer.from(key30, 'base64').subarray(0, 16),
          masterSalt: Buffer.from(key30, 'base64').subarray(16),
        },
      ],
    })
  })

  it.each([
    [
      'the example of RFC 4568 4',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32',
    ],
    [
      'RFC 4568 4, without an MKI',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj|2^20',
    ],
    ['a lifetime in digits', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1048576`],
    ['an MKI without a lifetime', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:4`],
    ['RTPEngine, without padding', `a=crypto:1 AEAD_AES_256_GCM inline:${key44.replaceAll('=', '')}`],
    ['a hint on the window', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30} WSH=64`],
    ['an optional parameter', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30} -NEW=1 FEC_ORDER=SRTP_FEC`],
  ])('takes %s', (_, line) => {
    expect(refusalOf(line)).toBe('none')
  })

  it.each([
    ['another suite', `a=crypto:1 F8_128_HMAC_SHA1_80 inline:${key30}`, 'no-common-suite'],
    ['a suite in lower case', `a=crypto:1 aes_cm_128_hmac_sha1_80 inline:${key30}`, 'no-common-suite'],
    ['a suite of the prototype', `a=crypto:1 constructor inline:${key30}`, 'no-common-suite'],
    [
      'packets that are not encrypted',
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30} UNENCRYPTED_SRTP`,
      'no-common-suite',
    ],
    [
      'no authentication, behind a hint',
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30} WSH=64 UNAUTHENTICATED_SRTP`,
      'no-common-suite',
    ],
    ['keys derived again and again', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30} KDR=24`, 'no-common-suite'],
    ['a key that is too short', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA', 'bad-crypto'],
    ['a key of another suite', `a=crypto:1 AEAD_AES_256_GCM inline:${key30}`, 'bad-crypto'],
    [
      'a salt of 14 bytes with AEAD, as baresip 1.0 has it',
      `a=crypto:1 AEAD_AES_128_GCM inline:${key30}`,
      'bad-crypto',
    ],
    ['no key', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80', 'bad-crypto'],
    ['a key by a URI', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:https://key.example', 'bad-crypto'],
    ['no base64', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%%%%', 'bad-crypto'],
    ['no tag', `a=crypto: AES_CM_128_HMAC_SHA1_80 inline:${key30}`, 'bad-crypto'],
    ['a tag with a leading zero', `a=crypto:01 AES_CM_128_HMAC_SHA1_80 inline:${key30}`, 'bad-crypto'],
    ['an MKI of no bytes', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:0`, 'bad-crypto'],
    ['an MKI of 129 bytes', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:129`, 'bad-crypto'],
    ['an MKI that does not fit', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|256:1`, 'bad-crypto'],
    ['two keys without MKIs', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30};inline:${key30}`, 'bad-crypto'],
    ['MKIs of two lengths', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key30}|1:1;inline:${key30}|2:2`, 'bad-crypto'],
  ])('names %s', (_, line, expected) => {
    expect(refusalOf(line)).toBe(expected)
  })

  it('is read back as it was written, for every suite, MKI and number of keys', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const keysOf = (suite: SrtpSuiteName, mkiBytes: number) =>
      fc
        .tuple(bytes(srtpSuites[suite].keyBytes), bytes(srtpSuites[suite].saltBytes), bytes(mkiBytes))
        .map(([masterKey, masterSalt, mki]): SrtpKeys => {
          return mkiBytes > 0 ? { suite, masterKey, masterSalt, mki } : { suite, masterKey, masterSalt }
        })
    const attribute = fc
      .record({ suite: fc.constantFrom(...suites), mkiBytes: fc.nat(6), tag: fc.nat(999_999_999) })
      .chain(({ suite, mkiBytes, tag }) => {
        const key = keysOf(suite, mkiBytes)
        const further = fc.array(key, { maxLength: mkiBytes > 0 ? 2 : 0 })
        return fc.tuple(key, further).map(([first, rest]): CryptoAttribute => ({ tag, suite, keys: [first, ...rest] }))
      })
    const hex = (part: Uint8Array | undefined) => part && Buffer.from(part).toString('hex')
    const plain = ({ tag, suite, keys }: CryptoAttribute) => [
      tag,
      suite,
      ...keys.map(({ masterKey, masterSalt, mki }) => [masterKey, masterSalt, mki].map(hex)),
    ]
    fc.assert(
      fc.property(attribute, (written) => {
        const result = read(writeCrypto(written).trimEnd())
        if ('name' in result) expect.fail(result.text)
        expect(plain(result)).toEqual(plain(written))
      }),
    )
  })

  it('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const words of cryptoWords([`a=crypto:${text}`, `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${text}`]))
          readCrypto(words)
      }),
    )
  })
})

describe('of several attributes', () => {
  const line = (tag: number, suite: string, key: string) => `a=crypto:${tag} ${suite} inline:${key}`
  const choose = (lines: readonly string[], own: readonly SrtpSuiteName[] = suites) => {
    const chosen = chooseCrypto(cryptoWords(lines), own)
    return 'name' in chosen ? chosen.name : chosen.tag
  }

  it.each([
    [
      'the first that we can use is taken',
      [
        line(1, 'NULL_HMAC_SHA1_80', key30),
        line(2, 'AEAD_AES_256_GCM', key44),
        line(3, 'AES_CM_128_HMAC_SHA1_80', key30),
      ],
      2,
    ],
    [
      'one with a broken key is passed over',
      [line(1, 'AEAD_AES_256_GCM', key30), line(2, 'AES_CM_128_HMAC_SHA1_32', key30)],
      2,
    ],
    [
      'a broken one is named before an unknown one',
      [line(1, 'NULL_HMAC_SHA1_80', key30), line(2, 'AEAD_AES_256_GCM', key30)],
      'bad-crypto',
    ],
    ['unknown ones have nothing in common with us', [line(1, 'NULL_HMAC_SHA1_80', key30)], 'no-common-suite'],
  ])('%s', (_, lines, expected) => {
    expect(choose(lines)).toBe(expected)
  })

  it('one that we could use but do not want is not taken', () => {
    expect(choose([line(1, 'AES_CM_128_HMAC_SHA1_80', key30)], ['AEAD_AES_256_GCM'])).toBe('no-common-suite')
  })
})
