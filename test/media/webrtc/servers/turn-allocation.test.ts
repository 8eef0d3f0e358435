import type { RemoteInfo } from 'node:dgram'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../../../src/base/rng.js'
import { VirtualClock } from '../../../../src/base/virtual-clock.js'
import { ServerRequests } from '../../../../src/media/webrtc/servers/server-requests.js'
import { TurnAllocation } from '../../../../src/media/webrtc/servers/turn-allocation.js'
import { channelHeader } from '../../../../src/stun/channel-data.js'
import { LongTermCredentials } from '../../../../src/stun/long-term-credentials.js'
import { attributeTypes, writeXorAddress } from '../../../../src/stun/stun-attribute.js'
import { readStun, stunMethods, writeStun } from '../../../../src/stun/stun-message.js'
import { mapped, relayed, TurnServer } from './turn-server.js'

const { allocate, refresh, channelBind } = stunMethods
const peer = { host: '198.51.100.9', port: 6000 }

class Client {
  readonly clock = new VirtualClock()
  readonly server = new TurnServer(this.clock)
  readonly allocation: TurnAllocation
  readonly relayed: { readonly text: string; readonly from: RemoteInfo }[] = []
  readonly told: unknown[] = []
  lost = ''

  constructor(password = 'right') {
    const { clock, server } = this
    const credentials = new LongTermCredentials('anna', password)
    const requests = new ServerRequests({
      clock,
      rng: new Rng(1, 'turn'),
      credentials,
      send: (bytes) => server.receive(bytes),
    })
    server.deliver = (message) => requests.receive(message)
    this.allocation = new TurnAllocation({
      clock,
      requests,
      localHost: '10.0.0.1',
      toServer: (parts, onSent) => {
        server.receive(Buffer.concat([parts].flat() as Uint8Array[]))
        onSent?.(null)
      },
      user: {
        onRelayed: (bytes, from) => this.relayed.push({ text: bytes.toString(), from }),
        onLost: (text) => {
          this.lost = text
        },
      },
    })
  }

  allocate(): this {
    this.allocation.allocate((result) => this.told.push(result))
    this.clock.advance(100)
    return this
  }
}

describe('an allocation', () => {
  test('is made with credentials once the server has asked for them', () => {
    const client = new Client().allocate()
    expect(client.told).toEqual([{ relayed, mapped }])
    expect(client.server.methods()).toEqual([allocate])
  })

  test('is refused where the password is wrong, after one try', () => {
    const client = new Client('wrong').allocate()
    expect(client.told).toEqual([{ kind: 'refused', code: 401, reason: 'Unauthorized' }])
  })

  test('of a server that says nothing ends after 39.5 s (RFC 8489 6.2.1)', () => {
    const client = new Client()
    client.server.silent = true
    client.allocate()
    client.clock.advance(39_300)
    expect(client.told).toEqual([])
    client.clock.advance(200)
    expect(client.told).toEqual([{ kind: 'silent' }])
  })

  test('is not believed where nothing proves that the server answers', () => {
    const client = new Client()
    client.server.unproven = true
    expect(client.allocate().told).toEqual([])
  })

  test('is kept a minute before its end, with another nonce where the server has one', () => {
    const client = new Client().allocate()
    client.server.nonce = 'nonce-2'
    client.clock.advance(539_000)
    expect(client.server.methods()).toEqual([allocate])
    client.clock.advance(2000)
    expect(client.server.methods()).toEqual([allocate, refresh])
    client.clock.advance(540_000)
    expect(client.server.methods()).toEqual([allocate, refresh, refresh])
    expect(client.lost).toBe('')
  })

  test('is lost when the server does not keep it', () => {
    const client = new Client().allocate()
    client.server.silent = true
    client.clock.advance(540_000 + 39_600)
    expect(client.lost).toBe('the TURN server did not answer to keep the allocation')
  })

  test('is given back when it is closed, and nothing follows', () => {
    const client = new Client().allocate()
    client.allocation.channelTo(peer)
    client.clock.advance(100)
    client.allocation.close()
    client.clock.advance(1_000_000)
    expect(client.server.methods()).toEqual([allocate, channelBind, refresh])
    const [lifetime] = client.server.taken
      .slice(-1)
      .map(({ message }) => message.attributes.get(attributeTypes.lifetime))
    expect(lifetime?.readUInt32BE(0)).toBe(0)
  })
})

describe('a channel', () => {
  const wrapped = Buffer.concat([channelHeader(0x4000, 2), Buffer.from('hi')])

  test('is bound once; what is sent meanwhile waits for it', () => {
    const client = new Client().allocate()
    client.allocation.channelTo(peer)?.send(Buffer.from('hi'))
    expect(client.allocation.channelTo({ ...peer })).toBe(client.allocation.channelTo(peer))
    expect(client.server.data).toEqual([])
    client.clock.advance(20)
    expect(client.server.data).toEqual([wrapped])
    client.allocation.channelTo(peer)?.send(Buffer.from('hi'))
    expect(client.server.data).toEqual([wrapped, wrapped])
  })

  test('is bound again every four minutes, which keeps the permission', () => {
    const client = new Client().allocate()
    client.allocation.channelTo(peer)
    client.clock.advance(500_000)
    expect(client.server.methods()).toEqual([allocate, channelBind, channelBind, channelBind])
  })

  test('that is refused sends nothing, and says so to who asks', () => {
    const client = new Client().allocate()
    client.server.forbidden = [peer.port]
    const channel = client.allocation.channelTo(peer)
    channel?.send(Buffer.from('hi'))
    client.clock.advance(100)
    const told: (Error | null)[] = []
    channel?.send(Buffer.from('hi'), (error) => told.push(error))
    expect(told).toEqual([new Error('the TURN server has not bound the channel')])
    expect(client.server.data).toEqual([])
  })

  test('brings what its peer sends, and no other one does', () => {
    const client = new Client().allocate()
    client.allocation.channelTo(peer)
    expect(client.allocation.onChannelData(wrapped)).toBe(true)
    expect(client.allocation.onChannelData(Buffer.concat([channelHeader(0x4001, 0)]))).toBe(false)
    expect(client.relayed).toEqual([
      { text: 'hi', from: { address: peer.host, port: peer.port, family: 'IPv4', size: 0 } },
    ])
  })

  test('is not needed for data that comes in an indication (RFC 8656 11.4)', () => {
    const client = new Client().allocate()
    const transactionId = '00'.repeat(12)
    const head = { method: stunMethods.data, messageClass: 'indication', transactionId } as const
    const bytes = writeStun(head, [
      { type: attributeTypes.xorPeerAddress, value: writeXorAddress({ ...peer, port: 7000 }, transactionId) },
      { type: attributeTypes.data, value: Buffer.from('hello') },
    ])
    const message = readStun(bytes)
    expect(message && client.allocation.onIndication(message)).toBe(true)
    expect(client.relayed).toMatchObject([{ text: 'hello', from: { port: 7000 } }])
  })
})
