import { describe, expect, it } from 'vitest'
import { Bench, sdp } from './bench.js'

const fragment = (status: number, reason: string): string => `SIP/2.0 ${status} ${reason}\r\n`

/** A NOTIFY of the far side. */
const notify = (bench: Bench, session: Parameters<Bench['inDialog']>[0], cseq: number, body: string, state: string) =>
  bench
    .inDialog(session, 'NOTIFY', { cseq, body, lines: `Event: refer\r\nSubscription-State: ${state}\r\n` })
    .replace('application/sdp', 'message/sipfrag')

describe('a REFER of ours', () => {
  it('names the target and ourselves, and ends with the status of the last NOTIFY', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const told: number[] = []
    session.refer('sip:3001@lab.test', (status) => told.push(status))
    const refer = bench.take('REFER')
    expect(refer.get('Refer-To')).toBe('<sip:3001@lab.test>')
    expect(refer.get('Referred-By')).toBe('<sip:1001@lab.test>')
    bench.respond(refer, 202)
    bench.say(notify(bench, session, 101, fragment(100, 'Trying'), 'active;expires=60'))
    bench.take('200 NOTIFY')
    expect(told).toEqual([])
    bench.say(notify(bench, session, 102, fragment(200, 'OK'), 'terminated;reason=noresource'))
    bench.take('200 NOTIFY')
    expect(told).toEqual([200])
  })

  it.each([
    [603, 'a refusal'],
    [405, 'a far side that does not know it'],
  ])('ends with %i after %s', (status) => {
    const bench = new Bench()
    const { session } = bench.established()
    const told: number[] = []
    session.refer('sip:3001@lab.test', (final) => told.push(final))
    bench.respond(bench.take('REFER'), status)
    expect(told).toEqual([status])
  })

  it('ends with nothing when no NOTIFY follows within 64*T1', () => {
    const bench = new Bench()
    const { session } = bench.established()
    const told: number[] = []
    session.refer('sip:3001@lab.test', (final) => told.push(final))
    bench.respond(bench.take('REFER'), 202)
    bench.clock.advance(33_000)
    expect(told).toEqual([0])
  })
})

describe('a REFER to us', () => {
  const refer = (bench: Bench, session: Parameters<Bench['inDialog']>[0], lines: string): void =>
    bench.say(bench.inDialog(session, 'REFER', { lines }))

  it('is accepted, its call placed, and each of its answers notified', () => {
    const bench = new Bench()
    const { session } = bench.established()
    refer(bench, session, 'Refer-To: <sip:3001@lab.test>\r\n')
    bench.take('202 REFER')
    const trying = bench.take('NOTIFY')
    expect(trying.bodyText).toContain('SIP/2.0 100')
    bench.respond(trying, 200)
    const invite = bench.heard.filter(({ method }) => method === 'INVITE').at(-1)
    expect(invite?.requestUri).toBe('sip:3001@lab.test')
    expect(invite?.callId).not.toBe(session.callId)
    if (invite) bench.respond(invite, 200, { body: sdp, toTag: 'third' })
    const done = bench.heard.filter(({ method }) => method === 'NOTIFY').at(-1)
    expect(done?.bodyText).toContain('SIP/2.0 200')
    expect(done?.get('Subscription-State')).toContain('terminated')
    bench.clock.advance(1_500)
    const bye = bench.heard.filter(({ method }) => method === 'BYE').at(-1)
    expect(bye?.callId).toBe(invite?.callId)
  })

  it('that its owner does not permit is answered 603, and nothing is called', () => {
    const bench = new Bench()
    bench.station.transferRefusal = 'not among the numbers'
    const { session } = bench.established()
    refer(bench, session, 'Refer-To: <sip:900123@lab.test?Replaces=x>\r\n')
    bench.take('603 REFER')
    expect(bench.station.transfers).toEqual(['sip:900123@lab.test'])
    expect(bench.count('INVITE')).toBe(1)
  })

  it('without a Refer-To is answered 400', () => {
    const bench = new Bench()
    const { session } = bench.established()
    refer(bench, session, '')
    bench.take('400 REFER')
  })

  it('with Refer-Sub: false is not notified', () => {
    const bench = new Bench()
    const { session } = bench.established()
    refer(bench, session, 'Refer-To: <sip:3001@lab.test>\r\nRefer-Sub: false\r\n')
    expect(bench.take('202 REFER').get('Refer-Sub')).toBe('false')
    bench.clock.advance(100)
    expect(bench.count('NOTIFY')).toBe(0)
    expect(bench.count('INVITE')).toBe(2)
  })
})

describe('a NOTIFY that belongs to no REFER', () => {
  it('is answered 481', () => {
    const bench = new Bench()
    const { session } = bench.established()
    bench.say(notify(bench, session, 101, fragment(200, 'OK'), 'terminated'))
    bench.take('481 NOTIFY')
  })
})
