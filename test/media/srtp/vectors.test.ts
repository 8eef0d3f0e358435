import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AesCmKeystream } from '../../../src/media/srtp/aes-cm-keystream.js'
import { AesGcmCipher } from '../../../src/media/srtp/aes-gcm-cipher.js'
import { HmacSha1 } from '../../../src/media/srtp/hmac-sha1.js'
import { deriveSessionKeys } from '../../../src/media/srtp/key-derivation.js'
import { unhex } from './hex.js'

describe('RFC 3711 B.2: the keystream of AES-CM', () => {
  const keystream = new AesCmKeystream(unhex('2B7E151628AED2A6ABF7158809CF4F3C'), unhex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'))
  const segment = Buffer.from(keystream.of(0, 0, 0, 1_044_512))

  it.each([
    [0x0000, 'E03EAD0935C95E80E166B16DD92B4EB4'],
    [0x0001, 'D23513162B02D0F72A43A2FE4A5F97AB'],
    [0x0002, '41E95B3BB0A2E8DD477901E4FCA894C0'],
    [0xfeff, 'EC8CDF7398607CB0F2D21675EA9EA1E4'],
    [0xff00, '362B7C3C6773516318A077D7FC5073AE'],
    [0xff01, '6A2CC3787889374FBEB4C81B17BA6C44'],
  ])('block %i', (block, expected) => {
    expect(segment.subarray(16 * block, 16 * block + 16)).toEqual(unhex(expected))
  })

  it('is the same for a short packet after a long one', () => {
    expect(keystream.of(0, 0, 0, 20).subarray(0, 16)).toEqual(unhex('E03EAD0935C95E80E166B16DD92B4EB4'))
  })
})

describe('RFC 3711 B.3: key derivation', () => {
  const keys = {
    suite: 'AES_CM_128_HMAC_SHA1_80',
    masterKey: unhex('E1F97A0D3E018BE0D64FA32C06DE4139'),
    masterSalt: unhex('0EC675AD498AFEEBB6960B3AABE6'),
  } as const

  it.each([
    ['key', 'C61E7A93744F39EE10734AFE3FF7A087'],
    ['salt', '30CBBC08863D8C85D49DB34A9AE1'],
    // The vector goes on to 94 octets; HMAC-SHA1 takes the first 20.
    ['authKey', 'CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'],
  ] as const)('the %s of SRTP', (part, expected) => {
    expect(deriveSessionKeys(keys, 'rtp')[part]).toEqual(unhex(expected))
  })
})

describe('HMAC-SHA1', () => {
  it('is that of node:crypto for every key up to a block and every message', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
    fc.assert(
      fc.property(
        bytes(64),
        fc.array(bytes(700), { minLength: 1, maxLength: 4 }),
        fc.nat(0xffff_ffff),
        (key, messages, word) => {
          const hmac = new HmacSha1(key)
          const trailer = Buffer.alloc(4)
          trailer.writeUInt32BE(word)
          for (const message of messages) {
            const expected = createHmac('sha1', key).update(message).update(trailer).digest()
            expect(Buffer.from(hmac.digest(message, message.length, word), 'latin1')).toEqual(expected)
          }
        },
      ),
    )
  })
})

/** "Quid pro quo" and 00 01 02 ... as RFC 7714 16 says; the keys are session keys. */
const gcm = (keyBytes: number, protocol: 'rtp' | 'rtcp') =>
  new AesGcmCipher(
    {
      key: Buffer.from(Array.from({ length: keyBytes }, (_, i) => i)),
      salt: Buffer.from('Quid pro quo'),
      authKey: Buffer.alloc(0),
    },
    protocol,
  )

describe('RFC 7714 16: SRTP with AEAD', () => {
  const clear = unhex(
    '8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573',
  )

  it.each([
    [
      '16.1 AEAD_AES_128_GCM',
      16,
      `8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf
       8833899d 7f27beb1 6a9152cf 765ee439 0cce`,
    ],
    [
      '16.2 AEAD_AES_256_GCM',
      32,
      `8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799
       b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13`,
    ],
  ])('%s', (_, keyBytes, protectedText) => {
    const packet = Buffer.concat([clear, Buffer.alloc(16)])
    gcm(keyBytes, 'rtp').seal(packet, 12, 50, 0x5501a0b2, 0, 0xf17b, 0, 50)
    expect(packet).toEqual(unhex(protectedText))
    expect(gcm(keyBytes, 'rtp').open(packet, 12, 50, 0x5501a0b2, 0, 0xf17b, 0, 50)).toBe(true)
    expect(packet.subarray(0, 50)).toEqual(clear)
  })
})

describe('RFC 7714 17: SRTCP with AEAD', () => {
  const clear = unhex(
    `81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef
     deadbeef`,
  )

  it.each([
    [
      '17.1 AEAD_AES_128_GCM',
      16,
      `81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded
       0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade`,
    ],
    [
      '17.2 AEAD_AES_256_GCM',
      32,
      `81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047
       6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be`,
    ],
  ])('%s', (_, keyBytes, protectedText) => {
    const packet = Buffer.concat([clear, Buffer.alloc(16)])
    gcm(keyBytes, 'rtcp').seal(packet, 8, 52, 0x4d617273, 0, 0x5d4, 0x8000_05d4, 52)
    expect(packet).toEqual(unhex(protectedText))
    expect(gcm(keyBytes, 'rtcp').open(packet, 8, 52, 0x4d617273, 0, 0x5d4, 0x8000_05d4, 52)).toBe(true)
    expect(packet.subarray(0, 52)).toEqual(clear)
  })

  it('17.3 AEAD_AES_128_GCM, tagged and not encrypted', () => {
    const packet = Buffer.concat([clear, unhex('841dd968 3dd78ec9 2ae58790 125f62b3')])
    expect(gcm(16, 'rtcp').open(packet, 52, 52, 0x4d617273, 0, 0x5d4, 0x0000_05d4, 52)).toBe(true)
    expect(packet.subarray(0, 52)).toEqual(clear)
  })
})
