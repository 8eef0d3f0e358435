import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/agent/session.js'
import { Bench, sdp } from './bench.js'

function calledBench(whenCalled: (session: Session) => void, overrides: ConstructorParameters<typeof Bench>[0] = {}) {
  const bench = new Bench(overrides)
  bench.station.whenCalled = whenCalled
  return bench
}

const answering = (session: Session): void => {
  session.ring(180, false)
  session.answer()
}

/** Brings an answered call up; the session of the phone is given back. */
function answered(bench: Bench, lines = ''): Session {
  bench.station.whenCalled = answering
  bench.say(bench.request('INVITE', { body: sdp, lines }))
  const ok = bench.take('200 INVITE')
  bench.say(bench.request('ACK', { toTag: ok.toTag }))
  const session = bench.station.incoming.at(-1)?.session
  if (!session) throw new Error('no call came in')
  return session
}

const tagOf = (bench: Bench): string => bench.heard.at(-1)?.toTag ?? ''

describe('a callee', () => {
  it('rings, answers, waits for the ACK and takes the BYE', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE', { body: sdp }))
    expect(bench.summaries).toEqual(['180 INVITE', '200 INVITE'])
    expect(bench.heard[1]?.bodyText).toContain('m=audio')
    const [{ witness, session } = {}] = bench.station.incoming
    expect(session?.awaitingAck).toBe(true)
    bench.say(bench.request('ACK', { toTag: tagOf(bench) }))
    expect(witness?.told).toEqual(['answered'])
    bench.say(bench.request('BYE', { cseq: 2, toTag: session?.localTag ?? '' }))
    bench.take('200 BYE')
    expect(witness?.ending).toMatchObject({ outcome: 'completed', by: 'remote' })
  })

  it('offers in its 200 when the INVITE has no description, and takes the answer of the ACK', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE'))
    const ok = bench.take('200 INVITE')
    expect(ok.bodyText).toContain('m=audio')
    bench.say(bench.request('ACK', { toTag: ok.toTag, body: sdp }))
    expect(bench.station.incoming[0]?.session.media.negotiated?.codec).toBe('PCMU')
  })

  it('refuses an offer that it cannot answer with 488', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE', { body: sdp.replace('AVP 0', 'AVP 18').replace('0 PCMU', '18 G729') }))
    expect(bench.summaries.at(-1)).toBe('488 INVITE')
    expect(bench.station.incoming[0]?.witness.ending).toMatchObject({ outcome: 'media', status: 488 })
  })

  it('repeats its 200 and, when no ACK comes within 64*T1, hangs up with no-ack', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE', { body: sdp }))
    bench.clock.advance(31_000)
    // RFC 3261 13.3.1.4: after T1, 2*T1, 4*T1 and from then on T2: 0.5, 1.5, 3.5, 7.5, 11.5 s and so on.
    expect(bench.count('200 INVITE')).toBe(10)
    expect(bench.count('BYE')).toBe(0)
    bench.clock.advance(2_000)
    const bye = bench.take('BYE')
    bench.respond(bye, 200)
    expect(bench.station.incoming[0]?.witness.ending).toMatchObject({ outcome: 'no-ack' })
  })

  it('holds its own BYE back until the ACK has come', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE', { body: sdp }))
    const session = bench.station.incoming[0]?.session
    session?.bye([])
    bench.clock.advance(300)
    expect(bench.count('BYE')).toBe(0)
    bench.say(bench.request('ACK', { toTag: session?.localTag ?? '' }))
    bench.respond(bench.take('BYE'), 200)
    expect(bench.station.incoming[0]?.witness.ending).toMatchObject({ outcome: 'completed', by: 'local' })
  })

  it('ends cancelled when a CANCEL comes while it rings, and ignores one that comes after its 200', () => {
    const bench = calledBench((session) => session.ring(180, false))
    const branch = bench.newBranch()
    bench.say(bench.request('INVITE', { body: sdp, branch }))
    bench.say(bench.request('CANCEL', { branch }))
    expect(bench.summaries).toEqual(expect.arrayContaining(['200 CANCEL', '487 INVITE']))
    expect(bench.station.incoming[0]?.witness.ending).toMatchObject({ outcome: 'cancelled', by: 'remote' })
    bench.station.whenCalled = answering
    const late = bench.newBranch()
    bench.say(bench.request('INVITE', { body: sdp, branch: late, callId: 'second' }))
    bench.say(bench.request('CANCEL', { branch: late, callId: 'second' }))
    expect(bench.station.incoming[1]?.session.state).not.toBe('ended')
  })

  it('refuses with the status that it is told', () => {
    const bench = calledBench((session) => session.reject(486, undefined, [{ name: 'Retry-After', value: '5' }]))
    bench.say(bench.request('INVITE', { body: sdp }))
    expect(bench.heard[0]?.status).toBe(486)
    expect(bench.heard[0]?.get('Retry-After')).toBe('5')
  })

  it('tells a merged request (same Call-ID, From tag and CSeq over another branch) with 482', () => {
    const bench = calledBench((session) => session.ring(180, false))
    bench.say(bench.request('INVITE', { body: sdp, branch: 'z9hG4bKone' }))
    bench.say(bench.request('INVITE', { body: sdp, branch: 'z9hG4bKtwo' }))
    expect(bench.summaries).toEqual(['180 INVITE', '482 INVITE'])
    expect(bench.station.incoming.length).toBe(1)
  })

  it('answers a copy of the INVITE with what it last said and tells nobody', () => {
    const bench = calledBench((session) => session.ring(180, false))
    const invite = bench.request('INVITE', { body: sdp })
    bench.say(invite)
    bench.say(invite)
    expect(bench.summaries).toEqual(['180 INVITE', '180 INVITE'])
    expect(bench.station.incoming.length).toBe(1)
  })

  it('refuses extensions that it does not know with 420, and says which', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE', { body: sdp, lines: 'Require: 100rel, mind-reading\r\n' }))
    expect(bench.heard[0]?.status).toBe(420)
    expect(bench.heard[0]?.list('Unsupported')).toEqual(['mind-reading'])
    expect(bench.station.incoming).toEqual([])
  })

  it('refuses a session interval below 90 s with 422', () => {
    const bench = calledBench(answering)
    bench.say(bench.request('INVITE', { body: sdp, lines: 'Supported: timer\r\nSession-Expires: 30\r\n' }))
    expect(bench.heard[0]?.status).toBe(422)
    expect(bench.heard[0]?.get('Min-SE')).toBe('90')
  })
})

describe('requests to a phone', () => {
  it.each([
    ['PUBLISH', 405],
    ['SUBSCRIBE', 405],
    ['OPTIONS', 200],
    ['MESSAGE', 200],
    ['BYE', 481],
    ['UPDATE', 481],
    ['REFER', 481],
  ])('outside a dialog: %s is answered %i', (method, status) => {
    const bench = new Bench()
    bench.say(bench.request(method))
    expect(bench.heard[0]?.status).toBe(status)
    if (status === 405) expect(bench.heard[0]?.list('Allow')).toContain('INVITE')
  })

  it.each([
    ['PUBLISH', 405],
    ['OPTIONS', 200],
    ['INFO', 200],
    ['MESSAGE', 200],
  ])('within a dialog: %s is answered %i', (method, status) => {
    const bench = new Bench()
    const session = answered(bench)
    bench.say(bench.inDialog(session, method, { cseq: 2 }))
    expect(bench.heard.at(-1)?.status).toBe(status)
    expect(session.state).toBe('established')
  })

  it('with a CSeq that is no higher than the last one are answered 500', () => {
    const bench = new Bench()
    const session = answered(bench)
    bench.say(bench.inDialog(session, 'INFO', { cseq: 5 }))
    bench.say(bench.inDialog(session, 'INFO', { cseq: 4 }))
    expect(bench.heard.at(-1)?.status).toBe(500)
  })

  it.each(['BYE', 'INVITE', 'INFO', 'UPDATE'])('%s with a To tag that nobody has is answered 481', (method) => {
    const bench = new Bench()
    bench.say(bench.request(method, { toTag: 'nobody', body: method === 'INVITE' ? sdp : '' }))
    expect(bench.heard[0]?.status).toBe(481)
  })

  it('with the tag of a call and the Call-ID of another are answered 481', () => {
    const bench = new Bench()
    const session = answered(bench)
    bench.say(bench.inDialog(session, 'BYE', { callId: 'wrong', cseq: 2 }))
    expect(bench.heard.at(-1)?.status).toBe(481)
    expect(session.state).toBe('established')
  })
})

describe('reliable provisional responses of a callee', () => {
  const ringing = (session: Session): void => session.ring(180, false)

  it('are repeated until their PRACK, and a 200 waits for it', () => {
    const bench = calledBench(answering, { reliableProvisionals: 'supported' })
    bench.say(bench.request('INVITE', { body: sdp, lines: 'Supported: 100rel\r\n' }))
    bench.clock.advance(1_600)
    expect(bench.summaries).toEqual(['180 INVITE', '180 INVITE', '180 INVITE'])
    const ringing = bench.heard[0]
    expect(ringing?.list('Require')).toEqual(['100rel'])
    const rack = `RAck: ${ringing?.get('RSeq')} 1 INVITE\r\n`
    bench.say(bench.request('PRACK', { toTag: ringing?.toTag ?? '', cseq: 2, lines: rack }))
    expect(bench.summaries.slice(3)).toEqual(['200 PRACK', '200 INVITE'])
  })

  it('end the call with 504 when no PRACK comes within 64*T1', () => {
    const bench = calledBench(ringing, { reliableProvisionals: 'supported' })
    bench.say(bench.request('INVITE', { body: sdp, lines: 'Supported: 100rel\r\n' }))
    bench.clock.advance(33_000)
    expect(bench.summaries.filter((text) => text.startsWith('5'))[0]).toBe('504 INVITE')
    expect(bench.station.incoming[0]?.witness.ending).toMatchObject({ outcome: 'timeout', status: 504 })
  })

  it('are not used when the caller does not support them', () => {
    const bench = calledBench(ringing, { reliableProvisionals: 'supported' })
    bench.say(bench.request('INVITE', { body: sdp }))
    expect(bench.heard[0]?.get('RSeq')).toBeUndefined()
  })

  it('answer a PRACK that acknowledges nothing with 481', () => {
    const bench = calledBench(ringing, { reliableProvisionals: 'supported' })
    bench.say(bench.request('INVITE', { body: sdp, lines: 'Supported: 100rel\r\n' }))
    const toTag = bench.heard[0]?.toTag ?? ''
    bench.say(bench.request('PRACK', { toTag, cseq: 2, lines: 'RAck: 1 99 INVITE\r\n' }))
    expect(bench.heard.at(-1)?.status).toBe(481)
  })
})

describe('what is no request', () => {
  it.each([
    ['bytes', '\u0000\u0001\u0002'],
    ['another protocol', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a request without Call-ID', 'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9;branch=z9hG4bK1\r\n\r\n'],
    ['a response without Call-ID', 'SIP/2.0 200 OK\r\n\r\n'],
  ])('is counted and not answered: %s', (_what, text) => {
    const bench = new Bench()
    bench.say(text)
    expect(bench.heard).toEqual([])
    expect(bench.station.stack.malformed.byKind).toEqual({ 'not SIP': 1 })
  })

  it('is answered 400 when its CSeq names another method', () => {
    const bench = new Bench()
    bench.say(bench.request('OPTIONS').replace('1 OPTIONS', '1 INVITE'))
    expect(bench.heard[0]?.status).toBe(400)
  })

  it('is answered 400 when its body is shorter than it says', () => {
    const bench = new Bench()
    bench.say(bench.request('OPTIONS').replace(/Content-Length: 0/, 'Content-Length: 40'))
    expect(bench.heard[0]?.status).toBe(400)
    expect(bench.station.stack.malformed.byKind).toEqual({ 'body cut short': 1 })
  })
})
