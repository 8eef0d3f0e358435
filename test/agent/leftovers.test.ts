import { describe, expect, it } from 'vitest'
import type { Address } from '../../src/model/address.js'
import { Bench, sdp } from './bench.js'

const refused = { kind: 'refused', code: 'ECONNREFUSED', text: 'nobody listens' } as const
const gateway: Address = { host: '127.0.0.9', port: 5060 }

describe('a failure of the UDP socket', () => {
  it.each([
    ['concerns the calls that send to that destination', gateway, ['ended transport']],
    ['does not concern calls to others', { host: '127.0.0.8', port: 5060 }, []],
    ['without a destination concerns nobody', undefined, []],
  ])('%s', (_, to, told) => {
    const bench = new Bench()
    const { witness } = bench.call()
    const { channel, stack } = bench.station
    stack.onFailure(channel, refused, to)
    expect(witness.told).toEqual(told)
  })
})

/** Counts the responses that find no user any more. */
function countStray(bench: Bench): () => number {
  const { stack } = bench.station
  const original = stack.onStrayResponse.bind(stack)
  let count = 0
  stack.onStrayResponse = (channel, response) => {
    count++
    original(channel, response)
  }
  return () => count
}

describe('a call that is over is no longer held by its transactions', () => {
  it.each(['INVITE', 're-INVITE'])('and a copy of the 200 to the %s gets the same ACK', (which) => {
    const bench = new Bench()
    const { session, invite } = bench.established()
    session.modify('INVITE', { direction: 'sendonly' }, () => {})
    const again = bench.take('INVITE')
    bench.respond(again, 200, { body: sdp })
    session.bye([])
    bench.respond(bench.take('BYE'), 200)
    const stray = countStray(bench)
    bench.respond(which === 'INVITE' ? invite : again, 200, { body: sdp })
    const acks = bench.heard.filter(({ method }) => method === 'ACK')
    const first = acks[which === 'INVITE' ? 0 : 1]
    const last = acks[2]
    expect(stray()).toBe(1)
    expect(acks).toHaveLength(3)
    expect(last && first && Buffer.from(last.bytes).equals(Buffer.from(first.bytes))).toBe(true)
  })

  it('and a copy of the 200 to the BYE comes to nothing', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const { stack } = bench.station
    session.bye([])
    const bye = bench.take('BYE')
    bench.respond(bye, 200)
    expect([stack.sessionCount, stack.layer.clientCount]).toEqual([0, 0])
    const heard = bench.heard.length
    bench.respond(bye, 200)
    expect([bench.heard.length, stack.malformed.byKind]).toEqual([heard, {}])
  })

  it('and a 200 of another fork is acknowledged and hung up', () => {
    const bench = new Bench()
    const { session, invite } = bench.established()
    session.bye([])
    bench.respond(bench.take('BYE'), 200)
    bench.respond(invite, 200, { body: sdp, toTag: 'fork' })
    expect(bench.take('ACK').toTag).toBe('fork')
    expect(bench.take('BYE').toTag).toBe('fork')
  })
})
