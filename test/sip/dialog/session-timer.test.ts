import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { answerInterval, type Refresher } from '../../../src/sip/dialog/session-interval.js'
import { SessionTimer, type SessionTimerSettings } from '../../../src/sip/dialog/session-timer.js'
import { message } from './fixture.js'

function setUp(settings: Partial<SessionTimerSettings> = {}) {
  const clock = new VirtualClock()
  const told: string[] = []
  const timer = new SessionTimer(
    clock,
    { expiresSeconds: 1800, refresher: 'uac', ...settings },
    {
      refreshSession: () => told.push(`refresh ${clock.nowMs() / 1000}`),
      sessionExpired: () => told.push(`expired ${clock.nowMs() / 1000}`),
    },
  )
  return { clock, told, timer }
}

const request = (...lines: string[]) => message('INVITE sip:b SIP/2.0', { lines })
const response = (status: number, ...lines: string[]) => message(`SIP/2.0 ${status} x`, { lines })
const supported = 'Supported: 100rel, timer'

describe('table 2 of RFC 4028', () => {
  it.each<[string, string | undefined, Refresher | undefined, Refresher, Refresher, boolean]>([
    ['does not support, none', undefined, undefined, 'uac', 'uas', false],
    ['supports, none, we prefer uac', supported, undefined, 'uac', 'uac', true],
    ['supports, none, we prefer uas', supported, undefined, 'uas', 'uas', true],
    ['supports, uac', supported, 'uac', 'uas', 'uac', true],
    ['supports, uas', supported, 'uas', 'uac', 'uas', true],
  ])('caller %s', (_, support, refresher, preferred, answered, required) => {
    const wish = `Session-Expires: 300${refresher === undefined ? '' : `;refresher=${refresher}`}`
    const asked = request(wish, ...(support === undefined ? [] : [support]))
    expect(answerInterval(asked, { seconds: 1800, minSeconds: 90, preferred })).toEqual({
      kind: 'agreed',
      seconds: 300,
      refresher: answered,
      required,
    })
  })

  it.each([
    ['the longer wish is reduced to ours', 3600, '', 1800],
    ['a shorter wish is kept', 600, '', 600],
    ['never below its Min-SE', 3600, 'Min-SE: 2000', 2000],
  ])('%s', (_, wish, minSe, seconds) => {
    const asked = request(`x: ${wish}`, supported, ...(minSe === '' ? [] : [minSe]))
    expect(answerInterval(asked, { seconds: 1800, minSeconds: 90, preferred: 'uac' })).toMatchObject({ seconds })
  })

  it('too small an interval is refused only to a caller that knows 422', () => {
    const own = { seconds: 1800, minSeconds: 300, preferred: 'uac' } as const
    expect(answerInterval(request('Session-Expires: 120', supported), own).kind).toBe('too-small')
    expect(answerInterval(request('Session-Expires: 120'), own)).toMatchObject({ kind: 'agreed', seconds: 120 })
  })

  it('without a wish a caller that supports timers is asked for one, another is left alone', () => {
    const own = { seconds: 600, minSeconds: 90, preferred: 'uas' } as const
    expect(answerInterval(request(supported), own)).toMatchObject({ seconds: 600, refresher: 'uas' })
    expect(answerInterval(request(), own)).toEqual({ kind: 'none' })
  })
})

describe('as caller', () => {
  it('asks for the interval, and refreshes at half of what was agreed', () => {
    const { clock, told, timer } = setUp()
    expect(timer.requestLines()).toBe('Session-Expires: 1800;refresher=uac\r\n')
    timer.onAnswer(response(200, 'Session-Expires: 600;refresher=uac', 'Require: timer'))
    clock.advance(300_000)
    expect(told).toEqual(['refresh 300'])
    expect(timer.requestLines()).toBe('Session-Expires: 600;refresher=uac\r\n')
    timer.onAnswer(response(200, 'Session-Expires: 600;refresher=uac'))
    clock.advance(300_000)
    expect(told).toEqual(['refresh 300', 'refresh 600'])
  })

  it('ends the session 32 s before the end when a refresh met nobody', () => {
    const { clock, told, timer } = setUp()
    timer.requestLines()
    timer.onAnswer(response(200, 'Session-Expires: 600;refresher=uac'))
    clock.advance(600_000)
    expect(told).toEqual(['refresh 300', 'expired 568'])
    expect(clock.armedCount).toBe(0)
  })

  it('only waits when the far side refreshes, and takes a third of a short interval as margin', () => {
    const { clock, told, timer } = setUp()
    timer.requestLines()
    timer.onAnswer(response(200, 'Session-Expires: 90;refresher=uas'))
    clock.advance(90_000)
    expect(told).toEqual(['expired 60'])
  })

  it('refreshes alone when the far side does not know session timers', () => {
    const { clock, told, timer } = setUp({ expiresSeconds: 200 })
    timer.requestLines()
    timer.onAnswer(response(200))
    clock.advance(100_000)
    expect(told).toEqual(['refresh 100'])
  })

  it('a 422 raises the interval and adds Min-SE; the same 422 again is not followed', () => {
    const { timer } = setUp({ expiresSeconds: 120 })
    expect(timer.requestLines()).toBe('Session-Expires: 120;refresher=uac\r\n')
    expect(timer.onTooSmall(response(422, 'Min-SE: 3600'))).toBe(true)
    expect(timer.requestLines()).toBe('Session-Expires: 3600;refresher=uac\r\nMin-SE: 3600\r\n')
    expect(timer.onTooSmall(response(422, 'Min-SE: 3600'))).toBe(false)
    expect(timer.onTooSmall(response(422))).toBe(false)
    timer.onAnswer(response(200, 'Session-Expires: 3600;refresher=uac'))
    // 7.4: once there is a dialog, Min-SE of 422s before it is forgotten.
    expect(timer.requestLines()).toBe('Session-Expires: 3600;refresher=uac\r\n')
  })

  it('never asks for less than 90 s', () => {
    expect(setUp({ expiresSeconds: 10 }).timer.requestLines()).toBe('Session-Expires: 90;refresher=uac\r\n')
  })

  it('an interval of 0 in a 2xx is no interval', () => {
    const { clock, told, timer } = setUp()
    timer.onAnswer(response(200, 'Session-Expires: 0;refresher=uac'))
    clock.advance(10_000_000)
    expect(told).toEqual([])
  })
})

describe('as callee', () => {
  it('answers with interval, refresher and Require, and starts with its 2xx', () => {
    const { clock, told, timer } = setUp()
    const answer = timer.answer(request('Session-Expires: 300;refresher=uas', supported))
    expect(answer).toEqual({
      kind: 'accept',
      lines: 'Session-Expires: 300;refresher=uas\r\nRequire: timer\r\n',
    })
    clock.advance(1000)
    timer.onAnswered()
    clock.advance(150_000)
    expect(told).toEqual(['refresh 151'])
  })

  it('refuses an interval below its own minimum with Min-SE', () => {
    const { timer } = setUp({ minSeconds: 200 })
    expect(timer.answer(request('Session-Expires: 100', supported))).toEqual({
      kind: 'too-small',
      lines: 'Min-SE: 200\r\n',
    })
  })

  it('every refresh of the far side moves the end', () => {
    const { clock, told, timer } = setUp()
    for (let i = 0; i < 5; i++) {
      timer.answer(request('Session-Expires: 300;refresher=uac', supported))
      timer.onAnswered()
      clock.advance(200_000)
    }
    expect(told).toEqual([])
    clock.advance(68_000)
    expect(told).toEqual(['expired 1068'])
  })

  it('keeps the role when the next request is ours: the far side goes on refreshing', () => {
    const { timer } = setUp()
    timer.answer(request('Session-Expires: 300;refresher=uac', supported))
    timer.onAnswered()
    expect(timer.requestLines()).toBe('Session-Expires: 300;refresher=uas\r\n')
  })

  it('repeats the largest Min-SE of their requests in ours (7.4)', () => {
    const { timer } = setUp()
    timer.answer(request('Session-Expires: 300;refresher=uas', 'Min-SE: 250', supported))
    timer.onAnswered()
    expect(timer.requestLines()).toContain('Min-SE: 250\r\n')
  })

  it('stop disarms everything', () => {
    const { clock, told, timer } = setUp()
    timer.answer(request('Session-Expires: 300', supported))
    timer.onAnswered()
    timer.stop()
    clock.advance(1_000_000)
    expect([told, clock.armedCount]).toEqual([[], 0])
  })
})
