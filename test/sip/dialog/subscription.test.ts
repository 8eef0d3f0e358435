import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { ReferNotifier, ReferSubscription, refusesSubscription } from '../../../src/sip/dialog/subscription.js'
import { message } from './fixture.js'

const refer = (...lines: string[]) =>
  message('REFER sip:b SIP/2.0', { cseq: '93809823 REFER', lines: ['Refer-To: <sip:c>', ...lines] })

const notify = (body: string, state: string, event = 'refer') =>
  message('NOTIFY sip:a SIP/2.0', {
    cseq: '1 NOTIFY',
    lines: [`Event: ${event}`, `Subscription-State: ${state}`, 'Content-Type: message/sipfrag;version=2.0'],
    body,
  })

describe('ReferNotifier (RFC 3515 2.4.4)', () => {
  it('tells progress and ends with the final status', () => {
    const clock = new VirtualClock()
    const notifier = new ReferNotifier(clock, refer(), true, 60)
    expect(notifier.notice(100, 'Trying')).toEqual({
      lines: 'Event: refer\r\nSubscription-State: active;expires=60\r\n',
      contentType: 'message/sipfrag;version=2.0',
      body: 'SIP/2.0 100 Trying\r\n',
    })
    clock.advance(20_000)
    expect(notifier.notice(180, 'Ringing')?.lines).toContain('active;expires=40')
    expect(notifier.notice(200, 'OK')).toMatchObject({
      lines: 'Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n',
      body: 'SIP/2.0 200 OK\r\n',
    })
    expect([notifier.active, notifier.notice(200, 'OK')]).toEqual([false, undefined])
  })

  it('a later REFER of the dialog is named by its CSeq number (2.4.6)', () => {
    const notifier = new ReferNotifier(new VirtualClock(), refer(), false)
    expect(notifier.notice(503, 'x')?.lines).toContain('Event: refer;id=93809823\r\n')
  })
})

describe('ReferSubscription', () => {
  function setUp(isFirst = true) {
    const clock = new VirtualClock()
    const told: string[] = []
    const subscription = new ReferSubscription(
      clock,
      { cseq: 7, isFirst, waitMs: 32_000 },
      {
        onReferProgress: (status) => told.push(String(status)),
        onReferLost: (reason) => told.push(reason),
      },
    )
    return { clock, told, subscription }
  }
  const accepted = (...lines: string[]) => message('SIP/2.0 202 Accepted', { cseq: '7 REFER', lines })

  it('hears progress and the end', () => {
    const { clock, told, subscription } = setUp()
    subscription.onAccepted(accepted())
    expect(subscription.receive(notify('SIP/2.0 100 Trying\r\n', 'active;expires=60'))).toBe(200)
    expect(subscription.state).toBe('active')
    clock.advance(100_000)
    expect(subscription.receive(notify('SIP/2.0 486 Busy Here', 'terminated;reason=noresource'))).toBe(200)
    expect([subscription.state, subscription.status, told]).toEqual(['terminated', 486, ['100', '486']])
    expect(subscription.receive(notify('SIP/2.0 486 Busy Here', 'terminated'))).toBe(481)
  })

  it('a NOTIFY may come before the 202', () => {
    const { clock, told, subscription } = setUp()
    subscription.receive(notify('SIP/2.0 100 Trying\r\n', 'active;expires=60'))
    subscription.onAccepted(accepted())
    clock.advance(100_000)
    expect(told).toEqual(['100'])
  })

  it('is lost when no NOTIFY comes within 64*T1 of the 2xx', () => {
    const { clock, told, subscription } = setUp()
    subscription.onAccepted(accepted())
    clock.advance(32_000)
    expect([told, subscription.state]).toEqual([['no NOTIFY for the REFER'], 'terminated'])
  })

  it('waits for nothing when the far side made no subscription (RFC 4488)', () => {
    const { clock, told, subscription } = setUp()
    subscription.onAccepted(accepted('Refer-Sub: false'))
    clock.advance(100_000)
    expect([told, subscription.state]).toEqual([[], 'terminated'])
  })

  it('is lost when it ends without a final status', () => {
    const { told, subscription } = setUp()
    expect(subscription.receive(notify('', 'terminated;reason=timeout'))).toBe(200)
    expect(told).toEqual(['the subscription ended without a final status'])
  })

  it('a NOTIFY that says nothing is answered 400', () => {
    expect(setUp().subscription.receive(notify('hello', 'active'))).toBe(400)
  })

  it.each([
    ['refer', true, true],
    ['refer', false, false],
    ['refer;id=7', true, true],
    ['refer;id=7', false, true],
    ['refer;id=8', true, false],
    ['presence', true, false],
    ['refers', true, false],
  ])('Event: %s is about it (first REFER: %s): %s', (event, isFirst, matches) => {
    const { subscription } = setUp(isFirst)
    expect(subscription.matches(notify('SIP/2.0 100 Trying', 'active', event))).toBe(matches)
  })

  it.each([
    ['Refer-Sub: false', true],
    ['Refer-Sub: FALSE;x=1', true],
    ['Refer-Sub: true', false],
    ['Subject: x', false],
  ])('%s: no subscription wanted is %s', (line, refuses) => {
    expect(refusesSubscription(refer(line))).toBe(refuses)
  })
})
