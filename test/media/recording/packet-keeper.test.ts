import { describe, expect, it } from 'vitest'
import { PacketKeeper, RecordingBudget } from '../../../src/media/recording/packet-keeper.js'
import { PayloadTypes } from '../../../src/media/rtp/payload-types.js'
import { rtpPacket } from '../packet.js'

const types = new PayloadTypes([{ payloadType: 0, encoding: 'PCMU', clockRate: 8000 }], 8000)
const packet = (sequence: number, payloadType = 0) => rtpPacket({ sequence, timestamp: sequence * 160, payloadType })
const budget = (longestMs: number, mostBytes: number) => new RecordingBudget({ longestMs, mostBytes })

describe('PacketKeeper', () => {
  it('keeps copies of payloads with what places them', () => {
    const keeper = new PacketKeeper(budget(1000, 10_000))
    const bytes = packet(7)
    bytes[12] = 42
    keeper.push(bytes, types, 5)
    bytes.fill(0)
    expect(keeper.packets).toMatchObject([{ atMs: 5, ssrc: 1, sequence: 7, timestamp: 1120, encoding: 'PCMU' }])
    expect(keeper.packets[0]?.payload[0]).toBe(42)
  })

  it('keeps nothing of payload types that were not agreed', () => {
    const keeper = new PacketKeeper(budget(1000, 10_000))
    keeper.push(packet(1, 96), types, 0)
    expect(keeper.packets).toEqual([])
  })

  it('ends with its longest time, counted from its first packet', () => {
    const keeper = new PacketKeeper(budget(100, 100_000))
    for (let i = 0; i < 20; i++) keeper.push(packet(i), types, 5000 + i * 20)
    expect(keeper.packets.length).toBe(6)
  })

  it('ends when all together have taken their memory, and leaves it to others once it is closed', () => {
    const shared = budget(1000, 1000)
    const [first, second, third] = [new PacketKeeper(shared), new PacketKeeper(shared), new PacketKeeper(shared)]
    for (let i = 0; i < 3; i++) {
      first.push(packet(i), types, i)
      second.push(packet(i), types, i)
    }
    expect([first.packets.length, second.packets.length]).toEqual([1, 1])
    first.close()
    first.close()
    third.push(packet(1), types, 1)
    third.push(packet(2), types, 2)
    expect([first.packets.length, third.packets.length]).toEqual([1, 1])
  })
})
