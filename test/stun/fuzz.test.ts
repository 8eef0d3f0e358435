import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributeTypes } from '../../src/stun/stun-attribute.js'
import { hasIntegrity, readStun, stunClasses, stunMethods, writeStun } from '../../src/stun/stun-message.js'

const key = Buffer.from('the key of both')

/** Any message that we could write, with attributes of any length. */
const messages = fc.record({
  head: fc.record({
    method: fc.constantFrom(...Object.values(stunMethods)),
    messageClass: fc.constantFrom(...stunClasses),
    transactionId: fc.string({
      unit: fc.constantFrom(...'0123456789abcdef'),
      minLength: 24,
      maxLength: 24,
    }),
  }),
  attributes: fc.array(
    fc.record({
      type: fc.integer({ min: 0, max: 0xffff }).filter((type) => type !== attributeTypes.messageIntegrity),
      value: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    }),
    { maxLength: 6 },
  ),
})
const isPlain = ({ type }: { type: number }): boolean => type !== attributeTypes.fingerprint

describe('whatever arrives in place of a STUN message', () => {
  it('is read or refused, and never an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isPromising) => {
        const datagram = Buffer.from(bytes)
        if (isPromising && datagram.length >= 20) {
          datagram[0] = (datagram[0] ?? 0) & 3
          datagram.writeUInt16BE(datagram.length - 20, 2)
          datagram.writeUInt32BE(0x2112a442, 4)
        }
        const message = readStun(datagram)
        if (message) expect(hasIntegrity(message, key)).toBe(false)
      }),
      { numRuns: 20_000 },
    )
  })

  it('is what was written when nothing is changed', () => {
    fc.assert(
      fc.property(messages, ({ head, attributes }) => {
        const said = attributes.filter(isPlain)
        const message = readStun(writeStun(head, said, key))
        expect(message).toMatchObject(head)
        if (message) expect(hasIntegrity(message, key)).toBe(true)
        for (const { type } of attributes) {
          const first = said.find((attribute) => attribute.type === type)
          expect(message?.attributes.get(type)).toEqual(first?.value)
          expect(message?.attributes.has(type)).toBe(first !== undefined)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('has no integrity after any change to what integrity covers', () => {
    const changes = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) })
    fc.assert(
      fc.property(messages, changes, ({ head, attributes }, { at, by }) => {
        const bytes = writeStun(head, attributes.filter(isPlain), key, false)
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ by
        const message = readStun(bytes)
        if (message) expect(hasIntegrity(message, key)).toBe(false)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is refused when it is cut short', () => {
    fc.assert(
      fc.property(messages, fc.nat(), ({ head, attributes }, length) => {
        const bytes = writeStun(head, attributes.filter(isPlain), key)
        expect(readStun(bytes.subarray(0, length % bytes.length))).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })
})
