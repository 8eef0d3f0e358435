import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { DigestServer } from '../../src/sip/auth/digest-server.js'
import type { SipMessage } from '../../src/sip/message/sip-message.js'
import { Bench, sdp } from './bench.js'

describe('a caller', () => {
  it('places, acknowledges and ends a call', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    bench.respond(invite, 180)
    bench.respond(invite, 200, { body: sdp })
    const ack = bench.take('ACK')
    expect(ack.cseq).toBe(invite.cseq)
    expect(ack.requestUri).toBe('sip:peer@127.0.0.9:5060')
    expect(ack.topVia.branch).not.toBe(invite.topVia.branch)
    session.bye([])
    const bye = bench.take('BYE')
    expect(bye.cseq).toBe(invite.cseq + 1)
    bench.respond(bye, 200)
    expect(witness.told).toEqual(['progress 180', 'answered', 'ended completed'])
    expect(witness.ending).toMatchObject({ by: 'local', reason: '' })
    expect(session.times.byeAnsweredMs).toBeGreaterThan(session.times.answeredMs ?? 0)
  })

  it.each([486, 404, 503, 603, 302])('ends rejected with %i and acknowledges it', (status) => {
    const bench = new Bench()
    const { witness, invite } = bench.call()
    bench.respond(invite, status)
    expect(bench.take('ACK').topVia.branch).toBe(invite.topVia.branch)
    expect(witness.ending).toMatchObject({ outcome: 'rejected', status })
  })

  it('ends with a timeout when nothing answers the INVITE for 64*T1', () => {
    const bench = new Bench()
    const { witness } = bench.call()
    bench.clock.advance(32_100)
    expect(bench.count('INVITE')).toBe(7)
    expect(witness.ending).toMatchObject({ outcome: 'timeout', status: 0 })
    expect(witness.ending?.reason).toContain('Timer B')
  })

  it('ends with bye-failed when the BYE is refused, and when nobody answers it', () => {
    const bench = new Bench()
    const refused = bench.established()
    refused.session.bye([])
    bench.respond(bench.take('BYE'), 500)
    expect(refused.witness.ending).toMatchObject({ outcome: 'bye-failed', status: 500 })
    const silent = bench.established()
    silent.session.bye([])
    bench.clock.advance(32_100)
    expect(silent.witness.ending).toMatchObject({ outcome: 'bye-failed', status: 0 })
  })

  it('meets a 401 of the server and a 407 of the proxy in one call, each once', () => {
    const bench = new Bench()
    const make = (realm: string) =>
      new DigestServer({
        realm,
        algorithms: ['SHA-256'],
        qop: ['auth'],
        clock: bench.clock,
        rng: new Rng(5),
        password: () => 'p1001',
      })
    const proxy = make('proxy.test')
    const server = make('lab.test')
    bench.answer = (message) => {
      if (message.method !== 'INVITE') return
      if (!proxy.verify(message, 'Proxy-Authorization').ok) {
        bench.respond(message, 407, { lines: `Proxy-Authenticate: ${proxy.challenge()[0]}\r\n` })
      } else if (!server.verify(message, 'Authorization').ok) {
        bench.respond(message, 401, { lines: `WWW-Authenticate: ${server.challenge()[0]}\r\n` })
      } else bench.respond(message, 200, { body: sdp })
    }
    const { witness, invite } = bench.call()
    bench.clock.advance(50)
    const invites = bench.heard.filter((message) => message.method === 'INVITE')
    expect(invites.map(({ cseq }) => cseq - invite.cseq)).toEqual([0, 1, 2])
    expect(new Set(invites.map(({ fromTag, callId }) => `${fromTag} ${callId}`)).size).toBe(1)
    expect(witness.told).toEqual(['answered'])
    // RFC 3261 22.1: the ACK carries the credentials of its INVITE.
    const ack = bench.heard.filter((message) => message.method === 'ACK').at(-1)
    expect(ack?.get('Authorization')).toBe(invites[2]?.get('Authorization'))
    expect(ack?.get('Proxy-Authorization')).toBe(invites[2]?.get('Proxy-Authorization'))
  })

  it('raises Session-Expires after a 422 and gives up when that does not help', () => {
    const bench = new Bench({ sessionTimer: { expiresSeconds: 120, refresher: 'uac' } })
    const { witness, invite } = bench.call()
    expect(invite.get('Session-Expires')).toBe('120;refresher=uac')
    bench.respond(invite, 422, { lines: 'Min-SE: 600\r\n' })
    const second = bench.take('INVITE')
    expect(second.get('Session-Expires')).toBe('600;refresher=uac')
    expect(second.get('Min-SE')).toBe('600')
    expect(second.callId).toBe(invite.callId)
    expect(second.cseq).toBe(invite.cseq + 1)
    bench.respond(second, 422, { lines: 'Min-SE: 600\r\n' })
    expect(witness.ending).toMatchObject({ outcome: 'rejected', status: 422 })
  })

  it.each([
    ['garbage', 'this is no description'],
    ['a refused stream', sdp.replace('audio 4000', 'audio 0')],
    ['another codec', sdp.replace('AVP 0', 'AVP 18').replace('0 PCMU', '18 G729')],
    ['nothing', ''],
  ])('ends with media when the 200 answers the offer with %s', (_name, body) => {
    const bench = new Bench()
    const { witness, invite } = bench.call()
    bench.respond(invite, 200, { body })
    bench.take('ACK')
    bench.take('BYE')
    expect(witness.ending).toMatchObject({ outcome: 'media' })
    expect(witness.ending?.reason).not.toBe('')
  })

  it('answers the offer of a 200 in its ACK when its INVITE had none', () => {
    const bench = new Bench()
    const { witness, invite } = bench.call('sip:2001@lab.test', true)
    expect(invite.body.length).toBe(0)
    bench.respond(invite, 200, { body: sdp })
    expect(bench.take('ACK').bodyText).toContain('m=audio')
    expect(witness.told).toEqual(['answered'])
  })
})

describe('the CANCEL of a caller', () => {
  it('follows a provisional response and ends with 487', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    bench.respond(invite, 180)
    session.cancel(false)
    const cancel = bench.take('CANCEL')
    expect(cancel.topVia.branch).toBe(invite.topVia.branch)
    expect(cancel.cseq).toBe(invite.cseq)
    bench.respond(cancel, 200)
    bench.respond(invite, 487)
    bench.take('ACK')
    expect(witness.ending).toMatchObject({ outcome: 'cancelled', status: 487 })
  })

  it('waits for a provisional response', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    session.cancel(false)
    bench.clock.advance(100)
    expect(bench.count('CANCEL')).toBe(0)
    bench.respond(invite, 100)
    bench.take('CANCEL')
    bench.respond(invite, 487)
    expect(witness.ending).toMatchObject({ outcome: 'cancelled' })
  })

  it('that crosses a 200 is followed by ACK and BYE', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    bench.respond(invite, 180)
    session.cancel(false)
    bench.take('CANCEL')
    bench.respond(invite, 200, { body: sdp })
    bench.take('ACK')
    bench.respond(bench.take('BYE'), 200)
    expect(witness.told).toEqual(['progress 180', 'ended cancelled'])
  })

  it.each([401, 407])('that crosses a %i is not followed by another INVITE', (status) => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    session.cancel(false)
    const header = status === 401 ? 'WWW' : 'Proxy'
    bench.respond(invite, status, { lines: `${header}-Authenticate: Digest realm="x", nonce="1"\r\n` })
    bench.clock.advance(100)
    expect(bench.count('INVITE')).toBe(1)
    expect(witness.ending).toMatchObject({ outcome: 'cancelled' })
  })

  it('of an impatient caller makes a timeout of the call', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    bench.respond(invite, 180)
    session.cancel(true)
    bench.respond(invite, 487)
    expect(witness.ending).toMatchObject({ outcome: 'timeout', status: 487 })
  })

  it('that ends nothing gives the call up after 64*T1', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.call()
    bench.respond(invite, 180)
    session.cancel(false)
    bench.clock.advance(33_000)
    expect(witness.ending).toMatchObject({ outcome: 'timeout' })
  })
})

describe('2xx responses that come more than once', () => {
  it('get the same ACK again, during the call and after it', () => {
    const bench = new Bench()
    const { session, invite } = bench.established()
    const first = bench.heard.filter(({ method }) => method === 'ACK')[0]
    bench.respond(invite, 200, { body: sdp })
    expect(text(bench.take('ACK'))).toBe(text(first))
    session.bye([])
    bench.respond(bench.take('BYE'), 200)
    bench.respond(invite, 200, { body: sdp })
    expect(text(bench.take('ACK'))).toBe(text(first))
    bench.clock.advance(40_000)
    bench.respond(invite, 200, { body: sdp })
    expect(bench.count('ACK')).toBe(3)
  })

  it('from a second fork are acknowledged and hung up, and the call goes on', () => {
    const bench = new Bench()
    const { session, witness, invite } = bench.established()
    bench.respond(invite, 200, { body: sdp, toTag: 'other' })
    expect(bench.take('ACK').toTag).toBe('other')
    const bye = bench.take('BYE')
    expect(bye.toTag).toBe('other')
    bench.respond(bye, 200)
    expect(session.state).toBe('established')
    expect(witness.told).toEqual(['answered'])
  })

  it('from a second fork after the call are acknowledged and hung up as well', () => {
    const bench = new Bench()
    const { session, invite } = bench.established()
    session.bye([])
    bench.respond(bench.take('BYE'), 200)
    bench.respond(invite, 200, { body: sdp, toTag: 'late' })
    expect(bench.take('ACK').toTag).toBe('late')
    expect(bench.take('BYE').toTag).toBe('late')
  })
})

describe('reliable provisional responses to a caller', () => {
  const reliable = (rseq: number) => `Require: 100rel\r\nRSeq: ${rseq}\r\n`

  it('get one PRACK each, in order, also when they are repeated', () => {
    const bench = new Bench({ reliableProvisionals: 'supported' })
    const { witness, invite } = bench.call()
    expect(invite.list('Supported')).toContain('100rel')
    bench.respond(invite, 183, { lines: reliable(7), body: sdp })
    const prack = bench.take('PRACK')
    expect(prack.get('RAck')).toBe(`7 ${invite.cseq} INVITE`)
    bench.respond(prack, 200)
    bench.respond(invite, 183, { lines: reliable(7), body: sdp })
    bench.respond(invite, 180, { lines: reliable(9) })
    expect(bench.count('PRACK')).toBe(1)
    bench.respond(invite, 180, { lines: reliable(8) })
    expect(bench.take('PRACK').get('RAck')).toBe(`8 ${invite.cseq} INVITE`)
    bench.respond(invite, 200)
    bench.take('ACK')
    expect(witness.told.at(-1)).toBe('answered')
  })

  it('are asked for when the group requires them', () => {
    const bench = new Bench({ reliableProvisionals: 'required' })
    expect(bench.call().invite.list('Require')).toEqual(['100rel'])
  })
})

const text = (message: SipMessage | undefined): string => Buffer.from(message?.bytes ?? []).toString('latin1')
