import { describe, expect, it } from 'vitest'
import { toWire } from '../../../src/sip/message/wire.js'
import type { ServerTransaction } from '../../../src/sip/transaction/transaction-layer.js'
import { Bench, branch, requestText, responseText } from './fixture.js'

const opened = (bench: Bench): ServerTransaction => bench.server as ServerTransaction
const answer = (bench: Bench, status: number): void =>
  opened(bench).respond(status, toWire(responseText(status, opened(bench).method)))

describe('CANCEL from us (RFC 3261 9.1)', () => {
  it('waits for a provisional response, then goes with the branch of the INVITE', () => {
    const bench = new Bench()
    const tx = bench.request('INVITE')
    tx.cancel(bench)
    expect(bench.channel.take()).toEqual(['INVITE'])
    bench.receive(responseText(100, 'INVITE'))
    const cancel = bench.channel.sent[0]?.message
    expect([cancel?.method, cancel?.cseq, cancel?.cseqMethod, cancel?.topVia.branch]).toEqual([
      'CANCEL',
      1,
      'CANCEL',
      branch,
    ])
    bench.receive(responseText(200, 'CANCEL'))
    bench.receive(responseText(487, 'INVITE'))
    expect(bench.told).toEqual(['100', '200', '487'])
  })

  it('is not sent at all when the final response comes first', () => {
    const bench = new Bench()
    bench.request('INVITE').cancel(bench)
    bench.receive(responseText(200, 'INVITE'))
    bench.receive(responseText(180, 'INVITE'))
    expect(bench.channel.take()).toEqual(['INVITE'])
  })

  it('is sent once, however often it is asked for', () => {
    const bench = new Bench()
    const tx = bench.request('INVITE')
    bench.receive(responseText(180, 'INVITE'))
    tx.cancel(bench)
    tx.cancel(bench)
    expect(bench.channel.take()).toEqual(['INVITE', 'CANCEL'])
  })

  it('ends the INVITE 64*T1 later when nobody answers it', () => {
    const bench = new Bench(true)
    const tx = bench.request('INVITE')
    bench.receive(responseText(180, 'INVITE'))
    bench.clock.advance(100_000)
    tx.cancel(bench)
    bench.receive(responseText(200, 'CANCEL'))
    bench.clock.advance(31_999)
    expect(tx.state).toBe('proceeding')
    bench.clock.advance(1)
    expect(bench.told).toEqual(['180', '200', 'timeout B'])
  })
})

describe('CANCEL from them (RFC 3261 9.2)', () => {
  it('is answered 200 with the tag of the INVITE, whose user is told', () => {
    const bench = new Bench()
    bench.receive(requestText('INVITE'))
    bench.receive(requestText('CANCEL'))
    const answered = bench.channel.sent[0]?.message
    expect([answered?.status, answered?.cseqMethod, answered?.toTag]).toEqual([200, 'CANCEL', opened(bench).localTag])
    expect(bench.told).toEqual(['request INVITE', 'cancel 1'])
  })

  it('without a user the INVITE is answered 487', () => {
    const bench = new Bench()
    bench.attach = false
    bench.receive(requestText('INVITE'))
    bench.receive(requestText('CANCEL'))
    expect(bench.channel.take()).toEqual(['200', '487'])
  })

  it('has no effect after a final response, and is still answered 200', () => {
    const bench = new Bench()
    bench.receive(requestText('INVITE'))
    answer(bench, 200)
    bench.receive(requestText('CANCEL'))
    expect(bench.channel.take()).toEqual(['200', '200'])
    expect(bench.told).toEqual(['request INVITE'])
  })

  it('is answered 481 when there is nothing to cancel, and again 481 when it is repeated', () => {
    const bench = new Bench()
    bench.receive(requestText('CANCEL'))
    bench.receive(requestText('CANCEL'))
    expect(bench.channel.sent.map(({ message }) => message.status)).toEqual([481, 481])
    expect(bench.channel.sent[0]?.message.toTag).not.toBe('')
    expect(bench.told).toEqual([])
  })

  it('matches an INVITE of RFC 2543 too', () => {
    const via = 'SIP/2.0/UDP 127.0.0.2:5062'
    const bench = new Bench()
    bench.receive(requestText('INVITE', { via }))
    bench.receive(requestText('CANCEL', { via }))
    expect(bench.told).toEqual(['request INVITE', 'cancel 1'])
  })
})
