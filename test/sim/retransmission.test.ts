import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { Endpoint } from './endpoint.js'
import { dropFirst, LossyNetwork, type NetworkOptions } from './lossy-network.js'

/** T1 doubling: 0, 500, 1500, 3500, ... */
const doubling = [0, 500, 1500, 3500, 7500, 15_500, 31_500]
/** Doubling up to T2 = 4 s. */
const backOff = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]

function setUp(options: NetworkOptions = {}): {
  clock: VirtualClock
  network: LossyNetwork
  caller: Endpoint
  callee: Endpoint
} {
  const clock = new VirtualClock()
  const network = new LossyNetwork(clock, options)
  const caller = new Endpoint(network, 'caller', { host: '127.0.0.1', port: 5060 })
  const callee = new Endpoint(network, 'callee', { host: '127.0.0.2', port: 5060 })
  return { clock, network, caller, callee }
}

const always = (wanted: string) => (summary: string) => summary === wanted

describe('INVITE client transaction under loss', () => {
  it('timers A and B: repeats after 500, 1000, 2000 ms and so on, and gives up at 32 s', () => {
    const { clock, network, caller } = setUp({ drop: always('INVITE') })
    caller.request('INVITE')
    clock.advance(31_999)
    expect(network.times('caller', 'INVITE')).toEqual(doubling)
    expect(caller.told).toEqual([])
    clock.advance(1)
    expect(caller.told).toEqual(['32000 timeout B'])
    clock.advance(60_000)
    expect(network.times('caller', 'INVITE')).toHaveLength(7)
    expect(caller.side.again).toEqual({ 'sent INVITE request': 6 })
    expect([caller.side.layer.clientCount, clock.armedCount]).toEqual([0, 0])
  })

  it.each([1, 2, 3, 4, 5, 6])('recovers when the first %d INVITEs are lost', (count) => {
    const { clock, network, caller, callee } = setUp({ drop: dropFirst('INVITE', count) })
    callee.answers = [[0, 486]]
    caller.request('INVITE')
    clock.advance(40_000)
    expect(network.times('caller', 'INVITE')).toEqual(doubling.slice(0, count + 1))
    expect(caller.told).toEqual([`${doubling[count]} 486`])
    expect(network.times('caller', 'ACK')).toEqual([doubling[count]])
  })

  it('timer A stops with a provisional response, and nothing gives up while it rings', () => {
    const { clock, network, caller, callee } = setUp({ delayMs: 20 })
    callee.answers = [[0, 180]]
    caller.request('INVITE')
    clock.advance(170_000)
    expect(network.times('caller', 'INVITE')).toEqual([0])
    expect(caller.told).toEqual(['40 180'])
  })

  it('timer D: acknowledges copies of a rejection for 32 s and tells the user once', () => {
    const { clock, network, caller, callee } = setUp({ drop: dropFirst('ACK', 3) })
    callee.answers = [[0, 486]]
    caller.request('INVITE')
    clock.advance(31_999)
    expect(network.times('callee', '486 INVITE')).toEqual([0, 500, 1500, 3500])
    expect(network.times('caller', 'ACK')).toEqual([0, 500, 1500, 3500])
    expect(caller.told).toEqual(['0 486'])
    expect(caller.side.layer.clientCount).toBe(1)
    clock.advance(1)
    expect(caller.side.layer.clientCount).toBe(0)
  })

  it('timer M: hands every 2xx to the user for 32 s, later ones are stray', () => {
    const { clock, caller, callee } = setUp()
    callee.answers = [
      [0, 200],
      [500, 200],
      [31_999, 200],
    ]
    caller.request('INVITE')
    clock.advance(32_001)
    expect(caller.told).toEqual(['0 200', '500 200', '31999 200'])
    expect([caller.side.layer.clientCount, callee.side.layer.serverCount]).toEqual([0, 0])
  })
})

describe('INVITE server transaction under loss', () => {
  it('timers G and H: repeats a rejection after 500 ms up to every 4 s and reports the missing ACK at 32 s', () => {
    const { clock, network, caller, callee } = setUp({ drop: always('ACK') })
    callee.answers = [[0, 486]]
    caller.request('INVITE')
    clock.advance(60_000)
    expect(network.times('callee', '486 INVITE')).toEqual(backOff)
    expect(callee.told).toEqual(['0 request INVITE', '32000 no ack'])
    expect(callee.side.layer.serverCount).toBe(0)
  })

  it('timer I: absorbs further ACKs for 5 s after the first', () => {
    const { clock, network, caller, callee } = setUp({ delayMs: 300 })
    callee.answers = [[0, 486]]
    caller.request('INVITE')
    // At 800 the 486 is sent twice, by timer G and for the copy of the INVITE: three ACKs arrive, the first at 900.
    clock.advance(5899)
    expect(network.times('caller', 'ACK')).toEqual([600, 1100, 1100])
    expect(callee.side.layer.serverCount).toBe(1)
    clock.advance(1)
    expect(callee.side.layer.serverCount).toBe(0)
    expect(callee.told).toEqual(['300 request INVITE'])
  })

  it('timer L: absorbs copies of an answered INVITE for 32 s, though every answer is lost', () => {
    const { clock, network, caller, callee } = setUp({ drop: always('200 INVITE') })
    callee.answers = [[0, 200]]
    caller.request('INVITE')
    clock.advance(31_999)
    expect(callee.told).toEqual(['0 request INVITE'])
    expect(network.times('callee', '200 INVITE')).toEqual([0])
    expect(callee.side.again).toEqual({ 'received INVITE request': 6 })
    clock.advance(1)
    expect(callee.side.layer.serverCount).toBe(0)
  })

  it('sends 100 Trying after 200 ms when the user is silent, and again for each copy', () => {
    const { clock, network, caller, callee } = setUp({ drop: dropFirst('100 INVITE', 2) })
    callee.answers = [[5000, 180]]
    caller.request('INVITE')
    clock.advance(10_000)
    // The 100s of 200 and 500 ms are lost; the INVITE of 1500 ms is answered at once.
    expect(network.times('callee', '100 INVITE')).toEqual([200, 500, 1500])
    expect(network.times('caller', 'INVITE')).toEqual([0, 500, 1500])
    expect(caller.told).toEqual(['1500 100', '5000 180'])
    expect(network.packets.find((packet) => packet.summary === '100 INVITE')?.message.toTag).toBe('')
  })

  it.each([0, 199])('sends no 100 Trying when the user answers after %d ms', (afterMs) => {
    const { clock, network, caller, callee } = setUp()
    callee.answers = [[afterMs, 180]]
    caller.request('INVITE')
    clock.advance(1000)
    expect(network.times('callee', '100 INVITE')).toEqual([])
  })
})

describe('non-INVITE transactions under loss', () => {
  it('timers E and F: repeats after 500 ms up to every 4 s and gives up at 32 s', () => {
    const { clock, network, caller } = setUp({ drop: always('OPTIONS') })
    caller.request('OPTIONS')
    clock.advance(60_000)
    expect(network.times('caller', 'OPTIONS')).toEqual(backOff)
    expect(caller.told).toEqual(['32000 timeout F'])
  })

  it('timer E goes on every 4 s after a provisional response', () => {
    const { clock, network, caller, callee } = setUp({})
    callee.answers = []
    caller.request('OPTIONS')
    clock.advance(20_000)
    // RFC 4320 4.1: 100 when Timer E has reached T2, at 3.5 s; the copies go on until a final response.
    expect(network.times('callee', '100 OPTIONS')).toEqual([3500, 3500, 7500, 11_500, 15_500, 19_500])
    expect(network.times('caller', 'OPTIONS')).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500])
    expect(caller.told[0]).toBe('3500 100')
  })

  it('timer K absorbs copies of the response for 5 s, timer J answers copies of the request for 32 s', () => {
    const { clock, network, caller, callee } = setUp({ delayMs: 300 })
    callee.answers = [[0, 200]]
    caller.request('OPTIONS')
    clock.advance(5599)
    expect(network.times('caller', 'OPTIONS')).toEqual([0, 500])
    expect(network.times('callee', '200 OPTIONS')).toEqual([300, 800])
    expect(caller.told).toEqual(['600 200'])
    expect(caller.side.layer.clientCount).toBe(1)
    clock.advance(1)
    expect(caller.side.layer.clientCount).toBe(0)
    clock.advance(32_300 - 5600 - 1)
    expect(callee.side.layer.serverCount).toBe(1)
    clock.advance(1)
    expect(callee.side.layer.serverCount).toBe(0)
    expect(callee.side.again).toEqual({ 'received OPTIONS request': 1, 'sent OPTIONS response': 1 })
  })

  it.each([1, 3, 10])('answers again when the first %d responses are lost', (count) => {
    const { clock, network, caller, callee } = setUp({ drop: dropFirst('200 OPTIONS', count) })
    callee.answers = [[0, 200]]
    caller.request('OPTIONS')
    clock.advance(40_000)
    expect(caller.told).toEqual([`${backOff[count]} 200`])
    expect(network.times('callee', '200 OPTIONS')).toEqual(backOff.slice(0, count + 1))
    expect(callee.told).toEqual(['0 request OPTIONS'])
  })
})

describe('reliable transports', () => {
  it.each([
    ['INVITE', 'B'],
    ['OPTIONS', 'F'],
  ])('%s is sent once and timer %s still ends it at 32 s', (method, timer) => {
    const { clock, network, caller } = setUp({ reliable: true, drop: always(method) })
    caller.request(method)
    clock.advance(60_000)
    expect(network.times('caller', method)).toEqual([0])
    expect(caller.told).toEqual([`32000 timeout ${timer}`])
  })

  it('timer H: a rejection is sent once, and its missing ACK is still reported', () => {
    const { clock, network, caller, callee } = setUp({ reliable: true, drop: always('ACK') })
    callee.answers = [[0, 486]]
    caller.request('INVITE')
    clock.advance(60_000)
    expect(network.times('callee', '486 INVITE')).toEqual([0])
    expect(callee.told).toEqual(['0 request INVITE', '32000 no ack'])
  })

  it.each(['INVITE', 'OPTIONS'])('timers D, I, J and K are zero: a rejected %s leaves nothing behind', (method) => {
    const { clock, caller, callee } = setUp({ reliable: true })
    callee.answers = [[0, 486]]
    caller.request(method)
    clock.advance(1)
    expect([caller.side.layer.clientCount, callee.side.layer.serverCount, clock.armedCount]).toEqual([0, 0, 0])
  })
})

describe('heavy loss', () => {
  it.each([0.1, 0.3, 0.5])('completes or reports every one of 200 calls when %d of the packets are lost', (loss) => {
    let seed = 12345
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
      return seed / 0x7fffffff
    }
    const { clock, caller, callee } = setUp({ delayMs: 15, drop: () => random() < loss })
    callee.answers = [
      [0, 180],
      [900, 486],
    ]
    for (let i = 0; i < 200; i++) caller.request('INVITE', i + 1)
    clock.advance(200_000)
    const finals = caller.told.filter((line) => /^\d+ (486|timeout B)$/.test(line))
    expect(finals).toHaveLength(200)
    expect([caller.side.layer.clientCount, callee.side.layer.serverCount, clock.armedCount]).toEqual([0, 0, 0])
  })
})
