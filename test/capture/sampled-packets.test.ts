import { describe, expect, test } from 'vitest'
import { SampledPackets } from '../../src/capture/write/sampled-packets.js'

const phone = { host: '192.0.2.1', port: 5060 }
const gateway = { host: '192.0.2.9', port: 5060 }
const invite = (callId: string): Buffer =>
  Buffer.from(`INVITE sip:x SIP/2.0\r\nCall-ID: ${callId}\r\nContent-Length: 0\r\n\r\n`)
const callIds = Array.from({ length: 1000 }, (_, n) => `call-${n}@phone`)

/** What packets of these calls are told, by Call-ID. */
function told(share: number, over: 'udp' | 'tcp'): string[] {
  const seen: string[] = []
  const packets = new SampledPackets(share, (_atMs, packet) => {
    const callId = /Call-ID: (\S+)/.exec(packet.toString('latin1'))?.[1]
    if (callId !== undefined) seen.push(callId)
  })
  const ends = { client: phone, server: gateway }
  const connection = packets.connection(0, ends, { secure: false, webSocket: false, ours: 'client' })
  for (const callId of callIds) {
    if (over === 'udp') packets.datagram(0, phone, gateway, invite(callId), true)
    else connection.octets(0, 'client', invite(callId))
  }
  return seen
}

describe('a sample of the traffic', () => {
  test.each(['udp', 'tcp'] as const)('over %s is all of it, or about the share that is wanted', (over) => {
    expect(told(1, over)).toEqual(callIds)
    expect(told(0.2, over).length).toBeGreaterThan(150)
    expect(told(0.2, over).length).toBeLessThan(250)
  })

  test('has the same calls over every transport, and those of a smaller share', () => {
    expect(told(0.3, 'tcp')).toEqual(told(0.3, 'udp'))
    const larger = new Set(told(0.3, 'udp'))
    expect(told(0.1, 'udp').filter((callId) => !larger.has(callId))).toEqual([])
  })

  test('has fresh hop counts where we send, and others where we receive', () => {
    const hops: number[] = []
    const packets = new SampledPackets(1, (_atMs, packet) => void hops.push(packet[8] ?? 0))
    packets.datagram(0, phone, gateway, invite('a'), true)
    packets.datagram(0, gateway, phone, invite('a'), false)
    const ends = { client: gateway, server: phone }
    packets.connection(0, ends, { secure: true, webSocket: false, ours: 'server' })
    expect(hops).toEqual([64, 63, 63, 64, 63])
  })
})
