import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/agent/session.js'
import { Bench, sdp, Witness } from './bench.js'
import { twoStations } from './two-stations.js'

const held = sdp.replace('a=rtpmap', 'a=sendonly\r\na=rtpmap')

const alaw = sdp.replace(/RTP\/AVP 0/, 'RTP/AVP 8').replace('rtpmap:0 PCMU', 'rtpmap:8 PCMA')

describe('a change of the session by us', () => {
  it.each(['INVITE', 'UPDATE'] as const)('%s offers the next version and takes the answer', (method) => {
    const bench = new Bench()
    const { session, invite } = bench.established()
    const told: number[] = []
    session.modify(method, { direction: 'sendonly' }, (status) => told.push(status))
    const offer = bench.take(method)
    expect(offer.bodyText).toContain('a=sendonly')
    expect(versionOf(offer.bodyText)).toBe(versionOf(invite.bodyText) + 1)
    bench.respond(offer, 200, { body: sdp.replace('a=rtpmap', 'a=recvonly\r\na=rtpmap') })
    expect(told).toEqual([200])
    if (method === 'INVITE') expect(bench.take('ACK').cseq).toBe(offer.cseq)
  })

  it.each([{ direction: 'inactive' }, { direction: 'sendrecv', codecs: ['PCMA'] }] as const)(
    'leaves everything as it was when %o is refused',
    (wish) => {
      const bench = new Bench()
      const { session } = bench.established()
      const before = session.media.localSdp
      const told: number[] = []
      session.modify('INVITE', wish, (status) => told.push(status))
      bench.respond(bench.take('INVITE'), 488)
      expect(told).toEqual([488])
      expect(session.media.localSdp).toBe(before)
      session.modify('INVITE', { direction: 'sendrecv' }, () => {})
      expect(bench.take('INVITE').bodyText).toContain('PCMU')
      expect(session.state).toBe('established')
    },
  )

  it('offers other codecs, and goes on with them in later offers', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const told: number[] = []
    session.modify('INVITE', { direction: 'sendrecv', codecs: ['PCMA'] }, (status) => told.push(status))
    const offer = bench.take('INVITE')
    expect(offer.bodyText).toMatch(/m=audio \d+ RTP\/AVP 8 101\r\n/)
    bench.respond(offer, 200, { body: alaw })
    expect(told).toEqual([200])
    expect(session.media.negotiated).toMatchObject({ codec: 'PCMA', payloadType: 8 })
    session.modify('INVITE', { direction: 'sendonly' }, () => {})
    expect(bench.take('INVITE').bodyText).toMatch(/m=audio \d+ RTP\/AVP 8 101\r\n/)
  })

  it('ends the call as media where the answer has none of the codecs that were asked for', () => {
    const bench = new Bench()
    const { session, witness } = bench.established()
    session.modify('INVITE', { direction: 'sendrecv', codecs: ['PCMA'] }, () => {})
    bench.respond(bench.take('INVITE'), 200, { body: sdp })
    expect(bench.count('BYE')).toBe(1)
    expect(witness.ending).toMatchObject({ outcome: 'media', reason: expect.stringMatching(/^codec-not-offered: /) })
  })

  it('is tried again 2.1 to 4 s after a 491 by the side that owns the Call-ID', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const told: number[] = []
    session.modify('INVITE', { direction: 'sendonly' }, (status) => told.push(status))
    bench.respond(bench.take('INVITE'), 491)
    bench.clock.advance(2_000)
    expect(bench.count('INVITE')).toBe(2)
    bench.clock.advance(2_100)
    bench.respond(bench.take('INVITE'), 200, { body: sdp })
    expect(told).toEqual([200])
  })

  it('by an INVITE that is challenged has its credentials in the ACK as well (RFC 3261 13.2.2.4)', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const told: number[] = []
    session.modify('INVITE', { direction: 'sendonly' }, (status) => told.push(status))
    const challenge = 'Proxy-Authenticate: Digest realm="x", nonce="n1", qop="auth", algorithm=MD5\r\n'
    bench.respond(bench.take('INVITE'), 407, { lines: challenge })
    const offer = bench.take('INVITE')
    bench.respond(offer, 200, { body: sdp.replace('a=rtpmap', 'a=recvonly\r\na=rtpmap') })
    const credentials = offer.get('Proxy-Authorization')
    expect(credentials).toContain('nonce="n1"')
    const acks = bench.heard.filter(({ method, cseq }) => method === 'ACK' && cseq === offer.cseq)
    expect(acks.map((ack) => ack.get('Proxy-Authorization'))).toEqual([credentials])
    expect(told).toEqual([200])
  })

  it('acknowledges copies of its 200 with the same ACK', () => {
    const bench = new Bench()
    const { session } = bench.established()
    session.modify('INVITE', { direction: 'sendonly' }, () => {})
    const offer = bench.take('INVITE')
    bench.respond(offer, 200, { body: sdp })
    const ack = bench.take('ACK')
    bench.respond(offer, 200, { body: sdp })
    const again = bench.take('ACK')
    expect(Buffer.from(again.bytes).equals(Buffer.from(ack.bytes))).toBe(true)
  })
})

describe('a change of the session by the far side', () => {
  it('re-INVITE is answered, repeated until its ACK, and hung up without one', () => {
    const bench = new Bench()
    const { session, witness } = bench.established()
    bench.say(bench.inDialog(session, 'INVITE', { body: held }))
    expect(bench.take('200 INVITE').bodyText).toContain('a=recvonly')
    bench.clock.advance(600)
    expect(bench.count('200 INVITE')).toBe(2)
    bench.clock.advance(32_000)
    bench.respond(bench.take('BYE'), 200)
    expect(witness.ending).toMatchObject({ outcome: 'completed', by: 'local' })
    expect(witness.ending?.reason).toContain('never acknowledged')
  })

  it('re-INVITE without a description is answered with an offer', () => {
    const bench = new Bench()
    const { session } = bench.established()
    bench.say(bench.inDialog(session, 'INVITE'))
    const ok = bench.take('200 INVITE')
    expect(ok.bodyText).toContain('m=audio')
    bench.say(bench.inDialog(session, 'ACK', { body: held }))
    bench.clock.advance(1_000)
    expect(bench.count('200 INVITE')).toBe(1)
    expect(session.media.remoteSdp).toBe(held)
  })

  it('UPDATE with an offer is answered, and one without is not described', () => {
    const bench = new Bench()
    const { session } = bench.established()
    bench.say(bench.inDialog(session, 'UPDATE', { body: held }))
    expect(bench.take('200 UPDATE').bodyText).toContain('a=recvonly')
    bench.say(bench.inDialog(session, 'UPDATE', { cseq: 101 }))
    const bare = bench.take('200 UPDATE')
    expect(bare.body.length).toBe(0)
    expect(bare.get('Content-Type')).toBeUndefined()
  })

  it('an offer that cannot be answered is refused with 488 and changes nothing', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const before = session.media.remoteSdp
    bench.say(bench.inDialog(session, 'INVITE', { body: 'garbage' }))
    bench.take('488 INVITE')
    expect(session.media.remoteSdp).toBe(before)
    expect(session.state).toBe('established')
  })

  it('an offer with too small a session interval is refused with 422 and not taken', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const before = session.media.remoteSdp
    const lines = 'Supported: timer\r\nSession-Expires: 20\r\n'
    bench.say(bench.inDialog(session, 'INVITE', { body: held, lines }))
    bench.take('422 INVITE')
    expect(session.media.remoteSdp).toBe(before)
  })

  it.each(['INVITE', 'UPDATE'])('%s meets 491 while our own offer is pending', (method) => {
    const bench = new Bench()
    const { session } = bench.established()
    session.modify('INVITE', { direction: 'sendonly' }, () => {})
    bench.take('INVITE')
    bench.say(bench.inDialog(session, method, { body: held }))
    bench.take(`491 ${method}`)
  })

  it('an UPDATE without an offer is answered 200 while our own offer is pending (RFC 3311 5.2)', () => {
    const bench = new Bench()
    const { session } = bench.established()
    session.modify('INVITE', { direction: 'sendonly' }, () => {})
    bench.take('INVITE')
    bench.say(bench.inDialog(session, 'UPDATE'))
    bench.take('200 UPDATE')
  })

  it('moves the remote target', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const update = bench.inDialog(session, 'UPDATE', { body: held })
    bench.say(update.replace('<sip:peer@127.0.0.9:5060>', '<sip:moved@127.0.0.9:5060>'))
    bench.take('200 UPDATE')
    session.bye([])
    expect(bench.take('BYE').requestUri).toBe('sip:moved@127.0.0.9:5060')
  })
})

describe('glare between two phones', () => {
  it('ends with both changes made, whoever began', () => {
    const { clock, caller, callee, ladder } = twoStations()
    callee.whenCalled = (session) => session.answer()
    const witness = new Witness()
    const session = caller.phone.createCall(witness)
    session.invite({ uri: 'sip:2001@lab.test', headers: [], delayedOffer: false })
    clock.advance(50)
    const far = callee.incoming[0]?.session as Session
    const told: string[] = []
    session.modify('INVITE', { direction: 'sendonly' }, (status) => told.push(`caller ${status}`))
    far.modify('INVITE', { direction: 'sendonly' }, (status) => told.push(`callee ${status}`))
    clock.advance(10_000)
    expect(ladder.filter((line) => line.includes('491'))).toHaveLength(2)
    expect(told.sort()).toEqual(['callee 200', 'caller 200'])
    session.bye([])
    clock.advance(50)
    expect(witness.ending).toMatchObject({ outcome: 'completed' })
    expect(callee.incoming[0]?.witness.ending).toMatchObject({ outcome: 'completed', by: 'remote' })
  })

  it('of two BYEs ends the call for both', () => {
    const { clock, caller, callee } = twoStations()
    callee.whenCalled = (session) => session.answer()
    const witness = new Witness()
    const session = caller.phone.createCall(witness)
    session.invite({ uri: 'sip:2001@lab.test', headers: [], delayedOffer: false })
    clock.advance(50)
    session.bye([])
    callee.incoming[0]?.session.bye([])
    clock.advance(50)
    expect(witness.ending).toMatchObject({ outcome: 'completed' })
    expect(callee.incoming[0]?.witness.ending).toMatchObject({ outcome: 'completed' })
  })
})

describe('the session timer', () => {
  const sessionTimer = { expiresSeconds: 120, refresher: 'uac' } as const
  const granted = 'Supported: timer\r\nRequire: timer\r\nSession-Expires: 120;refresher='

  it('is refreshed by us with UPDATE at half of the interval when the far side allows it', () => {
    const bench = new Bench({ sessionTimer })
    const { session } = bench.established(`Allow: INVITE, UPDATE\r\n${granted}uac\r\n`)
    bench.clock.advance(59_000)
    expect(bench.count('UPDATE')).toBe(0)
    bench.clock.advance(1_500)
    const update = bench.take('UPDATE')
    expect(update.get('Session-Expires')).toBe('120;refresher=uac')
    expect(update.body.length).toBe(0)
    bench.respond(update, 200, { lines: `${granted}uac\r\n` })
    bench.clock.advance(58_000)
    expect(session.state).toBe('established')
    bench.clock.advance(3_000)
    bench.take('UPDATE')
  })

  it('is refreshed by re-INVITE when the far side does not say that it takes UPDATE', () => {
    const bench = new Bench({ sessionTimer })
    bench.established(`${granted}uac\r\n`)
    bench.clock.advance(61_000)
    const invite = bench.take('INVITE')
    expect(invite.get('Session-Expires')).toBe('120;refresher=uac')
    bench.respond(invite, 200, { body: sdp, lines: `${granted}uac\r\n` })
    bench.take('ACK')
  })

  it('ends the call before the interval is over when the far side does not refresh', () => {
    const bench = new Bench({ sessionTimer })
    const { witness } = bench.established(`${granted}uas\r\n`)
    bench.clock.advance(87_000)
    expect(bench.count('BYE')).toBe(0)
    bench.clock.advance(2_000)
    bench.respond(bench.take('BYE'), 200)
    expect(witness.ending?.reason).toContain('session timer')
  })

  it.each([408, 481])('ends the call when a refresh meets %i', (status) => {
    const bench = new Bench({ sessionTimer })
    const { witness } = bench.established(`Allow: UPDATE\r\n${granted}uac\r\n`)
    bench.clock.advance(61_000)
    bench.respond(bench.take('UPDATE'), status)
    bench.respond(bench.take('BYE'), 200)
    expect(witness.ending?.reason).toContain(`refresh met ${status}`)
  })

  it('is started again by a refresh of the far side', () => {
    const bench = new Bench({ sessionTimer })
    const { session } = bench.established(`${granted}uas\r\n`)
    bench.clock.advance(60_000)
    const lines = 'Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n'
    bench.say(bench.inDialog(session, 'UPDATE', { lines }))
    expect(bench.take('200 UPDATE').get('Session-Expires')).toBe('120;refresher=uac')
    bench.clock.advance(60_000)
    expect(session.state).toBe('established')
    bench.clock.advance(40_000)
    bench.take('BYE')
  })
})

const versionOf = (body: string): number => Number(/^o=\S+ \d+ (\d+)/m.exec(body)?.[1])
