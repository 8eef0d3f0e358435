import { afterEach, describe, expect, it } from 'vitest'
import { transportNames } from '../../src/model/address.js'
import { contactOf, establish, fromCallee, hangUp, Lab, RawCall, register } from './lab.js'
import { bodyOf, credentials, header, headers, request, response, uriIn } from './raw-client.js'

let lab: Lab

afterEach(async () => {
  await lab.stop()
})

describe('the proxy', () => {
  it.each(transportNames.flatMap((from) => transportNames.map((to) => [from, to] as const)))(
    'carries a call from %s to %s',
    async (from, to) => {
      lab = await Lab.start()
      const [caller, callee] = [await lab.client(from), await lab.registered('bob', to)]
      const { call, invite } = await establish(lab, caller, callee, 'bob')
      expect(invite.split('\r\n')[0]).toBe(`INVITE ${uriIn(contactOf(callee, 'bob'))} SIP/2.0`)
      expect(header(invite, 'Max-Forwards')).toBe('69')
      const [top, second] = headers(invite, 'Via')
      expect(top).toContain(`SIP/2.0/${to.toUpperCase()} 127.0.0.1:${lab.address(to).port};branch=z9hG4bK`)
      expect(second).toContain(';received=127.0.0.1')
      const recorded = headers(invite, 'Record-Route')
      expect(recorded).toHaveLength(from === to ? 1 : 2)
      expect(recorded.every((value) => value.includes(';r2=on') === (from !== to))).toBe(true)
      expect(recorded[0]).toContain(`127.0.0.1:${lab.address(to).port}`)
      expect(recorded.at(-1)).toContain(`127.0.0.1:${lab.address(from).port}`)
      callee.send(fromCallee(callee, invite, 'INFO', 1))
      const info = await caller.next(/^INFO /)
      expect(headers(info, 'Route')).toEqual([])
      caller.send(response(info, '200 OK'))
      await callee.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 1 INFO/)
      await hangUp(call, callee)
      expect(lab.gateway.statistics()).toMatchObject({ callsAnswered: 1, callsEnded: 1, activeCalls: 0, relayPorts: 0 })
    },
  )

  it('asks for proxy credentials, accepts them, and does not pass them on', async () => {
    lab = await Lab.start({
      algorithms: ['SHA-256', 'MD5'],
      authenticate: { register: false, methods: ['INVITE'], trustRegistered: false },
    })
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const first = new RawCall(caller, 'auth', 'bob')
    first.start()
    const challenges = headers(await caller.next(/^SIP\/2\.0 407 /), 'Proxy-Authenticate')
    expect(challenges.map((value) => /algorithm=([^,]+)/.exec(value)?.[1])).toEqual(['SHA-256', 'MD5'])
    const answer = credentials(challenges[1] ?? '', 'caller', 'pcaller', 'INVITE', first.uri)
    new RawCall(caller, 'auth', 'bob', { headers: [`Proxy-Authorization: ${answer}`] }).start()
    const invite = await callee.next(/^INVITE /)
    expect(headers(invite, 'Proxy-Authorization')).toEqual([])
  })

  it('trusts the flow of a registered caller when told so', async () => {
    lab = await Lab.start({
      algorithms: ['MD5'],
      authenticate: { register: false, methods: ['INVITE'], trustRegistered: true },
    })
    const [caller, callee, stranger] = [await lab.registered('caller'), await lab.registered('bob'), await lab.client()]
    new RawCall(caller, 'known', 'bob').start()
    await callee.next(/^INVITE /)
    new RawCall(stranger, 'unknown', 'bob').start()
    await stranger.next(/^SIP\/2\.0 407 /)
  })

  it('forks to all contacts, takes the first 2xx and cancels the others', async () => {
    lab = await Lab.start()
    const caller = await lab.client()
    const [one, two] = [await lab.registered('bob'), await lab.registered('bob', 'tcp')]
    const call = new RawCall(caller, 'fork', 'bob')
    call.start()
    const [inviteOne, inviteTwo] = [await one.next(/^INVITE /), await two.next(/^INVITE /)]
    one.send(response(inviteOne, '180 Ringing', [], '', 'one'))
    two.send(response(inviteTwo, '180 Ringing', [], '', 'two'))
    const ringing = [await caller.next(/^SIP\/2\.0 180 /), await caller.next(/^SIP\/2\.0 180 /)]
    expect(ringing.map((text) => /tag=(one|two)/.exec(header(text, 'To'))?.[1]).sort()).toEqual(['one', 'two'])
    two.send(response(inviteTwo, '200 OK', [`Contact: ${contactOf(two, 'bob')}`], '', 'two'))
    const cancel = await one.next(/^CANCEL /)
    expect(header(cancel, 'Via')).toBe(headers(inviteOne, 'Via')[0])
    one.send(response(cancel, '200 OK'))
    one.send(response(inviteOne, '487 Request Terminated', [], '', 'one'))
    await one.next(/^ACK /)
    expect(await call.answered()).toContain('tag=two')
    await two.next(/^ACK /)
    expect(caller.all.filter((text) => text.startsWith('SIP/2.0 487'))).toEqual([])
  })

  const best: [string, string, string][] = [
    ['486 Busy Here', '404 Not Found', '486 Busy Here'],
    ['486 Busy Here', '603 Decline', '603 Decline'],
    ['302 Moved Temporarily', '486 Busy Here', '302 Moved Temporarily'],
    ['486 Busy Here', '407 Proxy Authentication Required', '407 Proxy Authentication Required'],
    ['500 Server Internal Error', '480 Temporarily Unavailable', '480 Temporarily Unavailable'],
    ['503 Service Unavailable', '503 Service Unavailable', '500 Server Internal Error'],
  ]
  it.each(best)('of %s and %s gives %s back', async (first, second, expected) => {
    lab = await Lab.start()
    const caller = await lab.client()
    const [one, two] = [await lab.registered('bob'), await lab.registered('bob')]
    new RawCall(caller, 'best', 'bob').start()
    const [inviteOne, inviteTwo] = [await one.next(/^INVITE /), await two.next(/^INVITE /)]
    one.send(response(inviteOne, first))
    await one.next(/^ACK /)
    expect(caller.all.filter((text) => /^SIP\/2\.0 [2-6]/.test(text))).toEqual([])
    two.send(response(inviteTwo, second))
    const final = await caller.next(/^SIP\/2\.0 [3-6]/)
    expect(final.split('\r\n')[0]).toBe(`SIP/2.0 ${expected}`)
    expect(lab.gateway.statistics()).toMatchObject({
      callsAttempted: 1,
      callsAnswered: 0,
      callsEnded: 1,
      activeCalls: 0,
    })
  })

  it('puts the challenges of all branches together', async () => {
    lab = await Lab.start()
    const caller = await lab.client()
    const [one, two] = [await lab.registered('bob'), await lab.registered('bob')]
    new RawCall(caller, 'both', 'bob').start()
    one.send(
      response(await one.next(/^INVITE /), '401 Unauthorized', ['WWW-Authenticate: Digest realm="a", nonce="1"']),
    )
    two.send(response(await two.next(/^INVITE /), '407 P', ['Proxy-Authenticate: Digest realm="b", nonce="2"']))
    const final = await caller.next(/^SIP\/2\.0 40[17] /)
    expect([header(final, 'WWW-Authenticate'), header(final, 'Proxy-Authenticate')]).toEqual([
      'Digest realm="a", nonce="1"',
      'Digest realm="b", nonce="2"',
    ])
  })

  it('passes a CANCEL on and the 487 back', async () => {
    lab = await Lab.start()
    const [caller, callee] = [await lab.client(), await lab.registered('bob', 'ws')]
    const call = new RawCall(caller, 'cancel', 'bob')
    call.start()
    const invite = await callee.next(/^INVITE /)
    callee.send(response(invite, '180 Ringing'))
    await caller.next(/^SIP\/2\.0 180 /)
    caller.send(call.invite.replace(/^INVITE/, 'CANCEL').replace('CSeq: 1 INVITE', 'CSeq: 1 CANCEL'))
    await caller.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 1 CANCEL/)
    const cancel = await callee.next(/^CANCEL /)
    callee.send(response(cancel, '200 OK'))
    callee.send(response(invite, '487 Request Terminated'))
    await caller.next(/^SIP\/2\.0 487 /)
    await callee.next(/^ACK /)
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 0, relayPorts: 0 })
  })

  it('answers OPTIONS to itself and passes those to users on', async () => {
    lab = await Lab.start()
    const [client, bob] = [await lab.client('tcp'), await lab.registered('bob')]
    const options = (uri: string, callId: string) =>
      request(client, { method: 'OPTIONS', uri, from: '<sip:a@lab.test>;tag=1', to: `<${uri}>`, callId, cseq: 1 })
    client.send(options(`sip:127.0.0.1:${lab.address('tcp').port};transport=tcp`, 'self'))
    expect(header(await client.next(/^SIP\/2\.0 200 /), 'Allow')).toContain('INVITE')
    client.send(options('sip:bob@lab.test', 'bob'))
    bob.send(response(await bob.next(/^OPTIONS /), '200 OK'))
    expect(header(await client.next(/^SIP\/2\.0 200 /), 'Call-ID')).toBe('bob')
  })

  const refusals: [string, (text: string) => string, string][] = [
    ['Max-Forwards of 0', (text) => text.replace('Max-Forwards: 70', 'Max-Forwards: 0'), '483 Too Many Hops'],
    ['a URI scheme it does not know', (text) => text.replace(/^(\S+) sip:/, '$1 xmpp:'), '416 Unsupported URI Scheme'],
    [
      'an extension it does not know',
      (text) => text.replace('\r\nFrom', '\r\nProxy-Require: foo\r\nFrom'),
      '420 Bad Extension',
    ],
    ['a CSeq of another method', (text) => text.replace('1 MESSAGE', '1 INVITE'), '400 Bad Request'],
    ['an unknown user', (text) => text, '404 Not Found'],
    [
      'a dialog it does not know',
      (text) => text.replace(/^(To: .*)$/m, '$1;tag=x').replace('\r;tag=x', ';tag=x\r'),
      '481 ',
    ],
  ]
  it.each(refusals)('refuses %s', async (_, change, expected) => {
    lab = await Lab.start()
    const client = await lab.client('tcp')
    const uri = 'sip:nobody@lab.test'
    client.send(
      change(
        request(client, {
          method: 'MESSAGE',
          uri,
          from: '<sip:a@lab.test>;tag=1',
          to: `<${uri}>`,
          callId: 'm',
          cseq: 1,
        }),
      ),
    )
    expect(await client.next(/^SIP\/2\.0 /)).toMatch(new RegExp(`^SIP/2\\.0 ${expected}`))
  })

  it('tells why an extension was refused', async () => {
    lab = await Lab.start()
    const client = await lab.client()
    client.send(
      request(client, {
        method: 'MESSAGE',
        uri: 'sip:b@lab.test',
        from: '<sip:a@lab.test>;tag=1',
        to: '<sip:b@lab.test>',
        callId: 'p',
        cseq: 1,
        headers: ['Proxy-Require: foo, bar'],
      }),
    )
    expect(header(await client.next(/^SIP\/2\.0 420/), 'Unsupported')).toBe('foo, bar')
  })

  it('answers CRLF keep-alives on connections', async () => {
    lab = await Lab.start()
    const client = await lab.client('tcp')
    client.send('\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(client.all).toEqual(['\r\n'])
  })

  it('counts bytes that are no SIP message and goes on', async () => {
    lab = await Lab.start()
    const client = await lab.registered('u')
    client.send('hello there\r\n\r\n')
    client.send('SIP/2.0 abc\r\n\r\n')
    await register(client, 'u')
    expect(lab.gateway.statistics().malformed).toBe(2)
  })

  it('says 430 when the connection of a dialog is gone', async () => {
    lab = await Lab.start()
    const [caller, callee] = [await lab.client(), await lab.registered('bob', 'tcp')]
    const { call } = await establish(lab, caller, callee, 'bob')
    await callee.close()
    await new Promise((resolve) => setTimeout(resolve, 50))
    caller.send(call.inDialog('BYE'))
    await caller.next(/^SIP\/2\.0 430 /)
  })

  it('sends to users with a route, over a connection of its own when it has none', async () => {
    lab = await Lab.start()
    const [caller, callee] = [await lab.client(), await lab.client()]
    const routed = await Lab.start({
      routes: { bob: [`sip:bob@${callee.host}`], gone: ['sip:x@127.0.0.1:1;transport=tcp'] },
    })
    const direct = await routed.client()
    try {
      new RawCall(direct, 'routed', 'bob').start()
      expect((await callee.next(/^INVITE /)).split('\r\n')[0]).toBe(`INVITE sip:bob@${callee.host} SIP/2.0`)
      new RawCall(direct, 'refused', 'gone').start()
      await direct.next(/^SIP\/2\.0 500 /)
      expect(caller.all).toEqual([])
    } finally {
      await routed.stop()
    }
  })

  it('keeps bodies that are not SDP, and header fields, as they are', async () => {
    lab = await Lab.start()
    const [client, bob] = [await lab.client(), await lab.registered('bob', 'tcp')]
    const text = request(client, {
      method: 'MESSAGE',
      uri: 'sip:bob@lab.test',
      from: '"\u00e4\u00b6, x" <sip:a@lab.test>;tag=1',
      to: '<sip:bob@lab.test>',
      callId: 'k',
      cseq: 1,
      headers: ['subject:   two  spaces ', 'X-Odd: a,,b'],
      body: 'm=audio 5 RTP/AVP 0\r\n',
    }).replace('application/sdp', 'text/plain')
    client.send(text)
    const got = await bob.next(/^MESSAGE /)
    for (const line of ['From: "\u00e4\u00b6, x" <sip:a@lab.test>;tag=1', 'subject:   two  spaces ', 'X-Odd: a,,b']) {
      expect(got.split('\r\n')).toContain(line)
    }
    expect(bodyOf(got)).toBe('m=audio 5 RTP/AVP 0\r\n')
  })
})
