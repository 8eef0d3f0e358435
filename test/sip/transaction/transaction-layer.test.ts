import { describe, expect, it } from 'vitest'
import type { Address } from '../../../src/model/address.js'
import { toWire } from '../../../src/sip/message/wire.js'
import type { ServerTransaction } from '../../../src/sip/transaction/transaction-layer.js'
import { Bench, branch, peer, requestText, responseText } from './fixture.js'

const opened = (bench: Bench): ServerTransaction => bench.server as ServerTransaction
const answer = (bench: Bench, status: number): void =>
  opened(bench).respond(status, toWire(responseText(status, opened(bench).method)))

describe('matching responses (RFC 3261 17.1.3)', () => {
  it.each([
    ['the same branch and CSeq method', {}, 'OPTIONS', '200'],
    ['another branch', { via: 'SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKother' }, 'OPTIONS', 'stray 200'],
    ['another CSeq method', {}, 'CANCEL', 'stray 200'],
    ['no branch at all', { via: 'SIP/2.0/UDP 127.0.0.1' }, 'OPTIONS', 'stray 200'],
  ])('%s', (_, options, method, told) => {
    const bench = new Bench()
    bench.request('OPTIONS')
    bench.receive(responseText(200, method, options))
    expect(bench.told).toEqual([told])
  })

  it('a response after the transaction has ended is stray', () => {
    const bench = new Bench()
    bench.request('OPTIONS')
    bench.clock.advance(32_000)
    bench.receive(responseText(200, 'OPTIONS'))
    expect(bench.told).toEqual(['timeout F', 'stray 200'])
  })

  it('a user that let go gets no more responses: they are stray', () => {
    const bench = new Bench()
    const tx = bench.request('INVITE')
    bench.receive(responseText(200, 'INVITE'))
    tx.user = undefined
    bench.receive(responseText(200, 'INVITE', { toTag: 'fork' }))
    expect(bench.told).toEqual(['200', 'stray 200'])
  })
})

describe('matching requests (RFC 3261 17.2.3)', () => {
  const first = `SIP/2.0/UDP 127.0.0.2:5062;branch=${branch}`
  it.each([
    ['a copy', 'OPTIONS', first, false],
    ['another branch', 'OPTIONS', 'SIP/2.0/UDP 127.0.0.2:5062;branch=z9hG4bKother', true],
    ['another sent-by port', 'OPTIONS', `SIP/2.0/UDP 127.0.0.2:5063;branch=${branch}`, true],
    ['another sent-by host', 'OPTIONS', `SIP/2.0/UDP 127.0.0.3:5062;branch=${branch}`, true],
    ['another method', 'MESSAGE', first, true],
  ])('%s', (_, method, via, isNew) => {
    const bench = new Bench()
    bench.receive(requestText('OPTIONS'))
    bench.takeTold()
    bench.receive(requestText(method, { via }))
    expect(bench.told).toEqual(isNew ? [`request ${method}`] : [])
  })

  const old = 'SIP/2.0/UDP 127.0.0.2:5062;branch=1'
  it.each([
    ['a copy', requestText('INVITE', { via: old }), []],
    ['another CSeq number', requestText('INVITE', { via: old, cseq: 2 }), ['request INVITE']],
    ['another Request-URI', requestText('INVITE', { via: old, uri: 'sip:c@example.com' }), ['request INVITE']],
    ['another top Via', requestText('INVITE', { via: 'SIP/2.0/UDP 127.0.0.2:5062;branch=2' }), ['request INVITE']],
    ['the ACK of its rejection', requestText('ACK', { via: old, toTag: 'a6c85cf' }), []],
  ])('without the magic cookie, RFC 2543 rules: %s', (_, text, told) => {
    const bench = new Bench()
    bench.receive(requestText('INVITE', { via: old }))
    answer(bench, 486)
    bench.takeTold()
    bench.receive(text)
    expect(bench.told).toEqual(told)
  })

  it('leaves merged requests to the user: another branch of the same request is told', () => {
    const bench = new Bench()
    bench.receive(requestText('INVITE'))
    bench.receive(requestText('INVITE', { via: 'SIP/2.0/UDP 127.0.0.2:5062;branch=z9hG4bKfork2' }))
    expect(bench.told).toEqual(['request INVITE', 'request INVITE'])
    expect(bench.layer.serverCount).toBe(2)
  })

  it('hands an ACK without transaction to the user', () => {
    const bench = new Bench()
    bench.receive(requestText('ACK', { toTag: 'x', cseq: 7 }))
    expect(bench.told).toEqual(['ack 7'])
    expect(bench.layer.serverCount).toBe(0)
  })
})

describe('ACK for 3xx to 6xx (RFC 3261 17.1.1.3)', () => {
  it('is built from the INVITE, with the To of the response and the Route of the INVITE', () => {
    const bench = new Bench()
    const invite = requestText('INVITE', {
      via: `SIP/2.0/UDP 127.0.0.1:5060;branch=${branch};rport`,
      cseq: 314,
      lines: 'Route: <sip:p1.example.com;lr>\r\nRoute: <sip:p2.example.com;lr>\r\nContent-Type: application/sdp\r\n',
    })
    bench.request('INVITE', invite)
    bench.receive(responseText(486, 'INVITE', { cseq: 314, toTag: 'callee' }))
    expect(bench.channel.sent.map(({ to }) => to)).toEqual([peer, peer])
    expect(Buffer.from(bench.channel.sent[1]?.bytes ?? []).toString('latin1')).toBe(
      'ACK sip:bob@example.com SIP/2.0\r\n' +
        `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=${branch};rport\r\nMax-Forwards: 70\r\n` +
        'Route: <sip:p1.example.com;lr>\r\nRoute: <sip:p2.example.com;lr>\r\n' +
        'From: "A" <sip:a@example.com>;tag=88sja8x\r\nTo: <sip:bob@example.com>;tag=callee\r\n' +
        'Call-ID: 987asjd97y7atg\r\nCSeq: 314 ACK\r\nContent-Length: 0\r\n\r\n',
    )
  })
})

describe('where responses go over UDP (RFC 3261 18.2.2, RFC 3581)', () => {
  const nat: Address = { host: '127.0.0.9', port: 40_000 }
  it.each([
    [
      'rport: back to the source',
      '10.1.1.1:4540;rport;branch=z9hG4bKa',
      nat,
      ';rport=40000;branch=z9hG4bKa;received=127.0.0.9',
    ],
    [
      'no rport: source address, port of sent-by',
      '10.1.1.1:4540;branch=z9hG4bKa',
      { host: nat.host, port: 4540 },
      ';branch=z9hG4bKa;received=127.0.0.9',
    ],
    [
      'a name without port: 5060',
      'pc33.example.com;branch=z9hG4bKa',
      { host: nat.host, port: 5060 },
      ';branch=z9hG4bKa;received=127.0.0.9',
    ],
    ['the true address: no received', '127.0.0.9:40000;branch=z9hG4bKa', nat, ';branch=z9hG4bKa'],
    [
      'maddr',
      '10.1.1.1:4540;maddr=127.0.0.8;branch=z9hG4bKa',
      { host: '127.0.0.8', port: 4540 },
      ';maddr=127.0.0.8;branch=z9hG4bKa;received=127.0.0.9',
    ],
  ])('%s', (_, sentBy, to, params) => {
    const bench = new Bench()
    bench.attach = false
    bench.receive(requestText('INVITE', { via: `SIP/2.0/UDP ${sentBy}` }), nat)
    bench.clock.advance(200)
    expect(bench.channel.sent.map((one) => one.to)).toEqual([to])
    const via = bench.channel.sent[0]?.message.get('Via')
    expect(via).toBe(`SIP/2.0/UDP ${sentBy.slice(0, sentBy.indexOf(';'))}${params}`)
    // The request itself is as it came.
    expect(Buffer.from(opened(bench).request.bytes).toString()).toContain(`SIP/2.0/UDP ${sentBy}\r\n`)
  })

  it('over a connection responses carry no address', () => {
    const bench = new Bench(true)
    bench.receive(requestText('INVITE'))
    answer(bench, 180)
    expect(bench.channel.sent.map((one) => one.to)).toEqual([undefined])
  })
})

describe('RFC 4320: responses to non-INVITE requests', () => {
  it.each([
    [408, 0, []],
    [183, 0, []],
    [183, 4000, []],
    [100, 0, []],
    [200, 0, ['200']],
  ])('%d after %d ms over UDP', (status, afterMs, sent) => {
    const bench = new Bench()
    bench.receive(requestText('OPTIONS'))
    bench.clock.advance(afterMs)
    bench.channel.take()
    answer(bench, status)
    expect(bench.channel.take()).toEqual(sent)
  })

  it('100 may go at once over a connection', () => {
    const bench = new Bench(true)
    bench.receive(requestText('OPTIONS'))
    answer(bench, 100)
    expect(bench.channel.take()).toEqual(['100'])
  })

  it('408 to an INVITE is sent', () => {
    const bench = new Bench()
    bench.receive(requestText('INVITE'))
    answer(bench, 408)
    expect(bench.channel.take()).toEqual(['408'])
  })
})

describe('failures of the transport (RFC 3261 17.1.4, 17.2.4; RFC 6026 7.1)', () => {
  it('tell the users on that channel, or only of that destination', () => {
    const bench = new Bench()
    bench.request('OPTIONS')
    bench.layer.transportFailed(bench.channel, 'refused', { host: '127.0.0.2', port: 9 })
    expect(bench.told).toEqual([])
    bench.layer.transportFailed(new Bench().channel, 'refused')
    expect(bench.told).toEqual([])
    bench.layer.transportFailed(bench.channel, 'refused', { ...peer })
    expect(bench.told).toEqual(['failed refused'])
    expect(bench.layer.clientCount).toBe(0)
  })

  it('do not concern transactions that only wait for copies', () => {
    const bench = new Bench()
    bench.request('INVITE')
    bench.receive(responseText(200, 'INVITE'))
    bench.takeTold()
    bench.layer.transportFailed(bench.channel, 'closed')
    expect(bench.told).toEqual([])
    expect(bench.layer.clientCount).toBe(1)
  })

  it('allow the user to send again from within', () => {
    const bench = new Bench()
    bench.request('OPTIONS', requestText('OPTIONS'))
    const again = bench.onTransportFailure.bind(bench)
    bench.onTransportFailure = (tx, text) => {
      again(tx, text)
      if (bench.told.length < 3) bench.request('OPTIONS')
    }
    bench.layer.transportFailed(bench.channel, 'closed')
    expect(bench.told).toEqual(['failed closed'])
    expect(bench.layer.clientCount).toBe(1)
  })
})

describe('what is kept', () => {
  it('the request is released with the final response, and reading it then is a bug', () => {
    const bench = new Bench()
    bench.receive(requestText('INVITE'))
    answer(bench, 200)
    expect(() => opened(bench).request).toThrow('released')
  })

  it('close ends everything and tells nobody', () => {
    const bench = new Bench()
    bench.request('INVITE')
    bench.receive(requestText('OPTIONS'))
    bench.takeTold()
    bench.layer.close()
    expect([bench.layer.clientCount, bench.layer.serverCount, bench.clock.armedCount]).toEqual([0, 0, 0])
    expect(bench.told).toEqual([])
  })
})
