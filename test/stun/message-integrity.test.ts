import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageIntegrity } from '../../src/stun/message-integrity.js'

test('is the HMAC-SHA1 of all before it, with the length as if it were the last (RFC 8489 14.5), whatever key and message', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ minLength: 20, maxLength: 5000, size: 'max' }),
      fc.nat(100),
      (key, bytes, behind) => {
        const end = Math.max(20, bytes.length - behind)
        const covered = Buffer.from(bytes.subarray(0, end))
        covered.writeUInt16BE(end + 24 - 20, 2)
        const expected = createHmac('sha1', key).update(covered).digest('binary')
        expect(messageIntegrity(Buffer.from(key), bytes, end)).toEqual(expected)
      },
    ),
  )
})
