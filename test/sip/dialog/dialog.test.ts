import { describe, expect, it } from 'vitest'
import { Dialog } from '../../../src/sip/dialog/dialog.js'
import { renderDialogRequest } from '../../../src/sip/dialog/dialog-request.js'
import { targetOf } from '../../../src/sip/dialog/route-set.js'
import { message } from './fixture.js'

const trapezoid = ['Record-Route: <sip:p2.domain.com;lr>', 'Record-Route: <sip:p1.example.com;lr>']
const ok = (lines: readonly string[], to = '<sip:callee@domain.com>;tag=u2', status = '200 OK') =>
  message(`SIP/2.0 ${status}`, { to, lines: ['Contact: <sip:callee@u2.domain.com>', ...lines] })
const invite = (lines: readonly string[] = []) =>
  message('INVITE sip:callee@u2.domain.com SIP/2.0', {
    to: '<sip:callee@domain.com>',
    cseq: '314159 INVITE',
    lines: ['Contact: <sip:caller@u1.example.com>', ...lines],
  })

const routing = (dialog: Dialog, method = 'BYE'): string[] => {
  const text = renderDialogRequest(dialog, { method, cseq: 2, branch: 'z9hG4bKx', viaToken: 'UDP', sentBy: 'h:5060' })
  return text.split('\r\n').filter((line) => line.startsWith(`${method} `) || line.startsWith('Route'))
}

describe('creation (RFC 3261 12.1)', () => {
  it('at the caller, from a 2xx: route set reversed, target from Contact', () => {
    const dialog = Dialog.asCaller(ok(trapezoid))
    expect(dialog).toMatchObject({
      state: 'confirmed',
      callId: 'c1',
      localTag: 'u1',
      remoteTag: 'u2',
      localParty: '<sip:caller@u1.example.com>;tag=u1',
      remoteParty: '<sip:callee@domain.com>;tag=u2',
      localCseq: 1,
      remoteCseq: -1,
      remoteTarget: 'sip:callee@u2.domain.com',
      routeSet: ['<sip:p1.example.com;lr>', '<sip:p2.domain.com;lr>'],
    })
  })

  it('at the callee, from the INVITE: route set in order, local party with our tag', () => {
    const dialog = Dialog.asCallee(invite(trapezoid), 'mine')
    expect(dialog).toMatchObject({
      state: 'early',
      localTag: 'mine',
      remoteTag: 'u1',
      localParty: '<sip:callee@domain.com>;tag=mine',
      remoteParty: '<sip:caller@u1.example.com>;tag=u1',
      localCseq: -1,
      remoteCseq: 314159,
      remoteTarget: 'sip:caller@u1.example.com',
      routeSet: ['<sip:p2.domain.com;lr>', '<sip:p1.example.com;lr>'],
    })
    dialog.confirm()
    expect(dialog.state).toBe('confirmed')
  })

  it('a provisional response makes an early dialog, and its 2xx a confirmed one with the route set of the 2xx', () => {
    const dialog = Dialog.asCaller(ok([], undefined, '180 Ringing'))
    expect([dialog.state, dialog.routeSet]).toEqual(['early', []])
    dialog.confirm(ok(trapezoid))
    expect([dialog.state, dialog.routeSet.length]).toEqual(['confirmed', 2])
    dialog.confirm(ok([]))
    expect(dialog.routeSet).toHaveLength(2)
  })

  it('forks make dialogs of their own, told apart by the remote tag', () => {
    const forks = ['a', 'b'].map((tag) => ok([], `<sip:callee@domain.com>;tag=${tag}`, '180 Ringing'))
    const [a, b] = forks.map((response) => Dialog.asCaller(response)) as [Dialog, Dialog]
    expect(a.id).not.toBe(b.id)
    expect(forks.map((response) => [a.matches(response), b.matches(response)])).toEqual([
      [true, false],
      [false, true],
    ])
    const bye = message('BYE sip:caller@u1.example.com SIP/2.0', {
      from: '<sip:callee@domain.com>;tag=b',
      to: '<sip:caller@u1.example.com>;tag=u1',
      cseq: '1 BYE',
    })
    expect([a.matches(bye), b.matches(bye)]).toEqual([false, true])
  })

  it('several routes may share one Record-Route line, and a peer without Contact is reached by its address', () => {
    const dialog = Dialog.asCaller(
      message('SIP/2.0 200 OK', { lines: ['Record-Route: <sip:p2;lr>, <sip:p1;lr>;x=","'] }),
    )
    expect(dialog.routeSet).toEqual(['<sip:p1;lr>;x=","', '<sip:p2;lr>'])
    expect(dialog.remoteTarget).toBe('sip:callee@domain.com')
  })
})

describe('routing of requests (RFC 3261 12.2.1.1, examples of 16.12.1)', () => {
  it('16.12.1.1 basic trapezoid: U1 sends BYE to P1', () => {
    const dialog = Dialog.asCaller(ok(trapezoid))
    expect(routing(dialog)).toEqual([
      'BYE sip:callee@u2.domain.com SIP/2.0',
      'Route: <sip:p1.example.com;lr>',
      'Route: <sip:p2.domain.com;lr>',
    ])
    expect(dialog.target.nextHop).toBe('sip:p1.example.com;lr')
  })

  it('16.12.1.2 a strict router further on changes nothing for U2', () => {
    const dialog = Dialog.asCallee(
      invite([
        'Record-Route: <sip:p4.domain.com;lr>',
        'Record-Route: <sip:p3.middle.com>',
        'Record-Route: <sip:p2.example.com;lr>',
        'Record-Route: <sip:p1.example.com;lr>',
      ]),
      'u2',
    )
    expect(routing(dialog)).toEqual([
      'BYE sip:caller@u1.example.com SIP/2.0',
      'Route: <sip:p4.domain.com;lr>',
      'Route: <sip:p3.middle.com>',
      'Route: <sip:p2.example.com;lr>',
      'Route: <sip:p1.example.com;lr>',
    ])
  })

  it('a strict router first: it stands in the Request-URI and the target at the end of Route', () => {
    const routes = ['<sip:proxy1>', '<sip:proxy2>', '<sip:proxy3;lr>', '<sip:proxy4>']
    expect(targetOf(routes, 'sip:user@remoteua')).toEqual({
      requestUri: 'sip:proxy1',
      routes: ['<sip:proxy2>', '<sip:proxy3;lr>', '<sip:proxy4>', '<sip:user@remoteua>'],
      nextHop: 'sip:proxy1',
    })
  })

  it.each([
    ['no route', [], 'sip:u@h;transport=tcp', 'sip:u@h;transport=tcp', 'sip:u@h;transport=tcp'],
    ['lr=on counts', ['<sip:p;lr=on>'], 'sip:u@h', 'sip:u@h', 'sip:p;lr=on'],
    ['lr after the brackets does not', ['<sip:p>;lr'], 'sip:u@h', 'sip:p', 'sip:p'],
    [
      'method is stripped',
      ['<sip:p;method=INVITE;transport=tcp?h=v>'],
      'sip:u@h',
      'sip:p;transport=tcp',
      'sip:p;transport=tcp',
    ],
  ])('%s', (_, routes, target, requestUri, nextHop) => {
    expect(targetOf(routes, target)).toMatchObject({ requestUri, nextHop })
  })

  it('a target refresh changes the Request-URI and leaves the route set', () => {
    const dialog = Dialog.asCaller(ok(trapezoid))
    expect(routing(dialog)).toHaveLength(3)
    const update = message('UPDATE sip:caller@u1.example.com SIP/2.0', {
      cseq: '1 UPDATE',
      lines: ['Contact: <sip:callee@elsewhere:5070;transport=tcp>'],
    })
    dialog.refreshTarget(update)
    dialog.refreshTarget(message('SIP/2.0 200 OK'))
    expect(routing(dialog)[0]).toBe('BYE sip:callee@elsewhere:5070;transport=tcp SIP/2.0')
    expect(routing(dialog)).toHaveLength(3)
  })
})

describe('CSeq (RFC 3261 12.2)', () => {
  it('our numbers go up by one, from the INVITE or from 1', () => {
    const caller = Dialog.asCaller(ok([]))
    expect([caller.nextCseq(), caller.nextCseq()]).toEqual([2, 3])
    const callee = Dialog.asCallee(invite(), 'x')
    expect([callee.nextCseq(), callee.nextCseq()]).toEqual([1, 2])
  })

  it.each([
    [314158, 'too-old'],
    [314159, 'too-old'],
    [314160, 'in-order'],
    [400000, 'in-order'],
  ])('a request numbered %d after 314159 is %s', (number, order) => {
    const dialog = Dialog.asCallee(invite(), 'x')
    const request = message('BYE sip:x SIP/2.0', { cseq: `${number} BYE` })
    expect(dialog.admit(request)).toBe(order)
    expect(dialog.remoteCseq).toBe(Math.max(number, 314159))
  })

  it('the first request of the far side may have any number', () => {
    const dialog = Dialog.asCaller(ok([]))
    expect(dialog.admit(message('BYE sip:x SIP/2.0', { cseq: '0 BYE' }))).toBe('in-order')
    expect(dialog.admit(message('BYE sip:x SIP/2.0', { cseq: '0 BYE' }))).toBe('too-old')
  })
})

describe('renderDialogRequest', () => {
  it('writes a whole request', () => {
    const dialog = Dialog.asCallee(invite(['Record-Route: <sip:p1;lr>']), 'mine')
    const text = renderDialogRequest(dialog, {
      method: 'INFO',
      cseq: dialog.nextCseq(),
      branch: 'z9hG4bK77',
      viaToken: 'WSS',
      sentBy: 'df7jal23ls0d.invalid',
      contact: '<sip:callee@df7jal23ls0d.invalid;transport=ws>',
      lines: 'User-Agent: test\r\n',
      contentType: 'application/dtmf-relay',
      body: 'Signal=5\r\n',
    })
    expect(text).toBe(
      'INFO sip:caller@u1.example.com SIP/2.0\r\n' +
        'Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK77;rport\r\nMax-Forwards: 70\r\nRoute: <sip:p1;lr>\r\n' +
        'From: <sip:callee@domain.com>;tag=mine\r\nTo: <sip:caller@u1.example.com>;tag=u1\r\nCall-ID: c1\r\n' +
        'CSeq: 1 INFO\r\nContact: <sip:callee@df7jal23ls0d.invalid;transport=ws>\r\nUser-Agent: test\r\n' +
        'Content-Type: application/dtmf-relay\r\nContent-Length: 10\r\n\r\nSignal=5\r\n',
    )
  })
})
