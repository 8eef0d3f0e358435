import { describe, expect, it } from 'vitest'
import { PacketPool } from '../../src/media/packet-pool.js'

const owner = () => {
  const made = { failures: 0, onRtpPacket() {}, onRtcpPacket() {}, onSendFailure: () => void made.failures++ }
  return made
}

describe('PacketPool', () => {
  it('hands a slot out again only after its packet has left', () => {
    const pool = new PacketPool()
    const first = pool.take(owner())
    const second = pool.take(owner())
    expect(second).not.toBe(first)
    first.onSent(null)
    expect(pool.take(owner())).toBe(first)
  })

  it('hands a slot out again that was not used', () => {
    const pool = new PacketPool()
    const slot = pool.take(owner())
    pool.give(slot)
    expect(pool.take(owner())).toBe(slot)
  })

  it('tells a failure to the stream whose packet it was', () => {
    const pool = new PacketPool()
    const [first, second] = [owner(), owner()]
    pool.take(first).onSent(new Error('EPERM'))
    pool.take(second).onSent(null)
    expect([first.failures, second.failures]).toEqual([1, 0])
  })

  it('makes a view of each length once, all of the same bytes', () => {
    const slot = new PacketPool().take(owner())
    slot.bytes[0] = 0x80
    expect(slot.packet(172)).toBe(slot.packet(172))
    expect([slot.packet(172).length, slot.packet(45).length, slot.packet(45)[0]]).toEqual([172, 45, 0x80])
  })
})
