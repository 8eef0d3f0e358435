import { expect, test } from 'vitest'
import { PacketBatch, readBatch } from '../../src/cli/run/judge-messages.js'

test('a batch gives back its packets in order, and takes no more than it has room for', () => {
  const batch = new PacketBatch(100)
  expect(batch.add(1.5, Buffer.from('first'), false)).toBe(true)
  expect(batch.add(1_767_000_000_000.25, Buffer.alloc(40, 7), true)).toBe(true)
  expect(batch.add(3, Buffer.alloc(40), false)).toBe(false)
  const read: unknown[] = []
  readBatch(batch.bytes.buffer as ArrayBuffer, batch.used, (atMs, bytes, clearTls) =>
    read.push([atMs, bytes.toString('latin1'), clearTls]),
  )
  expect(read).toEqual([
    [1.5, 'first', false],
    [1_767_000_000_000.25, '\x07'.repeat(40), true],
  ])
})
