import { describe, expect, test } from 'vitest'
import { channelHeader, looksLikeChannelData, readChannelData } from '../../src/stun/channel-data.js'
import { LongTermCredentials } from '../../src/stun/long-term-credentials.js'
import { attributeTypes, uint32Value, writeXorAddress } from '../../src/stun/stun-attribute.js'
import { hasIntegrity, readStun, type StunMessage, stunMethods, writeStun } from '../../src/stun/stun-message.js'
import {
  addressIn,
  allocateRequest,
  bindingRequest,
  channelBindRequest,
  lifetimeSecondsIn,
  refreshRequest,
  type TurnRequest,
} from '../../src/stun/turn-request.js'

const transactionId = '78ad3433c6ad72c029da412e'

const read = (bytes: Buffer): StunMessage => {
  const message = readStun(bytes)
  if (!message) throw new Error('not STUN')
  return message
}

const written = (request: TurnRequest): StunMessage =>
  read(writeStun({ method: request.method, messageClass: 'request', transactionId }, request.attributes(transactionId)))

describe('long-term credentials', () => {
  /** RFC 5769 2.4. */
  const sample = read(
    Buffer.from(
      '000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b3935' +
        '3464364f4c33346f4c39465354767936347341' +
        '0014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666',
      'hex',
    ),
  )

  test('have the key of RFC 5769 2.4, from realm and nonce of a challenge', () => {
    const credentials = new LongTermCredentials('マトリックス', 'TheMatrIX')
    expect([credentials.key, credentials.attributes]).toEqual([undefined, []])
    expect(credentials.challenge(sample)).toBe(true)
    expect(hasIntegrity(sample, credentials.key ?? Buffer.alloc(0))).toBe(true)
    expect(credentials.attributes.map(({ value }) => value.toString())).toEqual([
      'マトリックス',
      'example.org',
      'f//499k954d6OL34oL9FSTvy64sA',
    ])
  })

  test('take another nonce with the realm they have, and nothing without a nonce', () => {
    const credentials = new LongTermCredentials('u', 'p')
    const error = (attributes: Parameters<typeof writeStun>[1]): StunMessage =>
      read(writeStun({ method: stunMethods.allocate, messageClass: 'error', transactionId }, attributes))
    const nonce = { type: attributeTypes.nonce, value: Buffer.from('n2') }
    expect(credentials.challenge(error([nonce]))).toBe(false)
    expect(credentials.challenge(sample)).toBe(true)
    expect(credentials.challenge(error([]))).toBe(false)
    expect(credentials.challenge(error([nonce]))).toBe(true)
    expect(credentials.attributes[2]?.value.toString()).toBe('n2')
  })
})

test('requests of RFC 8656 say what they ask for', () => {
  const saidBy = (request: TurnRequest) => {
    const { method, bytes } = written(request)
    return [method, bytes.toString('hex', 20)]
  }
  expect(saidBy(bindingRequest)).toEqual([1, ''])
  expect(saidBy(allocateRequest('127.0.0.1'))).toEqual([3, '0019000411000000'])
  expect(saidBy(allocateRequest('::1'))).toEqual([3, '00190004110000000017000402000000'])
  expect(saidBy(refreshRequest(0))).toEqual([4, '000d000400000000'])
  const peer = { host: '192.0.2.1', port: 32853 }
  expect(saidBy(channelBindRequest(0x4001, peer))).toEqual([9, '000c000440010000001200080001a147e112a643'])
})

test('answers tell addresses and lifetimes', () => {
  const peer = { host: '192.0.2.1', port: 32853 }
  const value = writeXorAddress(peer, transactionId)
  const message = read(
    writeStun({ method: stunMethods.allocate, messageClass: 'success', transactionId }, [
      { type: attributeTypes.xorRelayedAddress, value },
      { type: attributeTypes.lifetime, value: uint32Value(777) },
    ]),
  )
  expect(addressIn(message, 'xorRelayedAddress')).toEqual(peer)
  expect(addressIn(message, 'xorMappedAddress')).toBeUndefined()
  expect(lifetimeSecondsIn(message)).toBe(777)
  expect(lifetimeSecondsIn(written(bindingRequest))).toBeUndefined()
})

describe('channel data', () => {
  const bytes = Buffer.concat([channelHeader(0x4002, 3), Buffer.from('abc'), Buffer.from([0])])

  test('is read without what follows it', () => {
    expect(readChannelData(bytes)).toEqual({ channel: 0x4002, data: Buffer.from('abc') })
  })

  test.each([
    ['shorter than it says', bytes.subarray(0, 6)],
    ['of a number that is none', Buffer.concat([channelHeader(0x5000, 0)])],
    ['RTP', Buffer.from([0x80, 0, 0, 0])],
    ['nothing', Buffer.alloc(0)],
  ])('is not read when it is %s', (_what, wrong) => {
    expect(readChannelData(wrong)).toBeUndefined()
    expect(looksLikeChannelData(Buffer.alloc(0))).toBe(false)
  })
})
