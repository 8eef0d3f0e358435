import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { collect, establish, hangUp, Lab, RawCall, rtp, until } from './lab.js'
import { header, headers, request, response } from './raw-client.js'

let lab: Lab
let clock: VirtualClock

beforeEach(async () => {
  clock = new VirtualClock()
  lab = await Lab.start({ idleSeconds: 60 }, clock)
})

afterEach(async () => {
  await lab.stop()
})

describe('a proxied call that does not end by itself', () => {
  it('is cancelled by Timer C after three minutes without a final response', async () => {
    const [caller, callee] = [await lab.client('tcp'), await lab.registered('bob', 'tcp')]
    new RawCall(caller, 'c', 'bob').start()
    const invite = await callee.next(/^INVITE /)
    callee.send(response(invite, '180 Ringing'))
    await caller.next(/^SIP\/2\.0 180 /)
    clock.advance(179_000)
    callee.send(response(invite, '180 Ringing'))
    await caller.next(/^SIP\/2\.0 180 /)
    clock.advance(179_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(callee.all.filter((text) => text.startsWith('CANCEL'))).toEqual([])
    clock.advance(2100)
    await callee.next(/^CANCEL /)
    expect(await caller.next(/^SIP\/2\.0 [4-6]/)).toMatch(/^SIP\/2\.0 408 /)
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 0, callsEnded: 1 })
  })

  it('times out when the callee is silent', async () => {
    const [caller, callee] = [await lab.client('tcp'), await lab.registered('bob', 'tcp')]
    new RawCall(caller, 'silent', 'bob').start()
    await callee.next(/^INVITE /)
    clock.advance(32_000)
    await caller.next(/^SIP\/2\.0 408 /)
  })

  it('fails when the connection to the callee goes, and to nobody else', async () => {
    const [caller, callee] = [await lab.client('tcp'), await lab.registered('bob', 'tcp')]
    new RawCall(caller, 'lost', 'bob').start()
    await callee.next(/^INVITE /)
    await callee.close()
    expect(await caller.next(/^SIP\/2\.0 [4-6]/)).toMatch(/^SIP\/2\.0 500 /)
    expect(lab.gateway.statistics()).toMatchObject({ bindings: 0, activeCalls: 0 })
  })

  it('is cancelled when the connection of the caller goes', async () => {
    const [caller, callee] = [await lab.client('tcp'), await lab.registered('bob', 'tcp')]
    new RawCall(caller, 'gone', 'bob').start()
    callee.send(response(await callee.next(/^INVITE /), '180 Ringing'))
    await caller.next(/^SIP\/2\.0 180 /)
    await caller.close()
    await callee.next(/^CANCEL /)
  })

  it('is forgotten when neither signalling nor media come any more', async () => {
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const { callerMedia, calleeMedia, callerSendsTo } = await establish(lab, caller, callee, 'bob')
    const heard = collect(calleeMedia)
    for (let second = 10; second <= 120; second += 10) {
      callerMedia.send(rtp(second), callerSendsTo, '127.0.0.1')
      await until(() => heard.length === second / 10)
      clock.advance(10_000)
    }
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 1, relayPorts: 2 })
    clock.advance(71_000)
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 0, relayPorts: 0, callsEnded: 1 })
  })

  it('goes on when its BYE is challenged', async () => {
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const { call } = await establish(lab, caller, callee, 'bob')
    caller.send(call.inDialog('BYE'))
    callee.send(
      response(await callee.next(/^BYE /), '401 Unauthorized', ['WWW-Authenticate: Digest realm="a", nonce="1"']),
    )
    await caller.next(/^SIP\/2\.0 401 /)
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 1, relayPorts: 2 })
    await hangUp(call, callee)
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 0, relayPorts: 0 })
  })
})

describe('a request that is sent again', () => {
  it('is not forwarded twice, and its 2xx goes back as often as it comes', async () => {
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const call = new RawCall(caller, 'again', 'bob')
    call.start()
    const invite = await callee.next(/^INVITE /)
    call.start()
    const ok = response(invite, '200 OK', ['Contact: <sip:bob@127.0.0.1:9>'])
    callee.send(ok)
    callee.send(ok)
    await caller.next(/^SIP\/2\.0 200 /)
    await caller.next(/^SIP\/2\.0 200 /)
    expect(callee.all.filter((text) => text.startsWith('INVITE'))).toHaveLength(1)
  })
})

describe('Path', () => {
  it('is followed to a registered contact as Route', async () => {
    const [edge, caller] = [await lab.client(), await lab.client()]
    edge.send(
      request(edge, {
        method: 'REGISTER',
        uri: 'sip:lab.test',
        from: '<sip:bob@lab.test>;tag=1',
        to: '<sip:bob@lab.test>',
        callId: 'path',
        cseq: 1,
        headers: ['Contact: <sip:bob@10.9.8.7>', `Path: <sip:${edge.host};lr>`, 'Supported: path'],
      }),
    )
    await edge.next(/^SIP\/2\.0 200 /)
    new RawCall(caller, 'via-path', 'bob').start()
    const invite = await edge.next(/^INVITE /)
    expect(invite.split('\r\n')[0]).toBe('INVITE sip:bob@10.9.8.7 SIP/2.0')
    expect(headers(invite, 'Route')).toEqual([`<sip:${edge.host};lr>`])
    expect(header(invite, 'Record-Route')).toContain(`d=udp~${edge.host}`)
  })

  it('leads over a Route of the caller too', async () => {
    const [next, caller] = [await lab.client(), await lab.client()]
    const options = {
      headers: [`Route: <sip:127.0.0.1:${lab.address('udp').port};lr>`, `Route: <sip:${next.host};lr>`],
    }
    new RawCall(caller, 'routed', 'nobody', options).start()
    const invite = await next.next(/^INVITE /)
    expect(headers(invite, 'Route')).toEqual([`<sip:${next.host};lr>`])
  })
})
