import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { DigestServer } from '../../src/sip/auth/digest-server.js'
import type { SipMessage } from '../../src/sip/message/sip-message.js'
import { Bench } from './bench.js'

const server = (bench: Bench, password = 'p1001') =>
  new DigestServer({
    realm: 'lab.test',
    algorithms: ['MD5'],
    qop: ['auth'],
    clock: bench.clock,
    rng: new Rng(3),
    password: () => password,
  })

const granted = (register: SipMessage, seconds: number): string =>
  `Contact: ${register.get('Contact')?.replace(/;expires=\d+/, '')};expires=${seconds}\r\n`

/** A registrar that challenges and grants what is asked for, or `seconds`. */
function registrar(bench: Bench, seconds?: number, password?: string): void {
  const digest = server(bench, password)
  bench.answer = (message) => {
    if (message.method !== 'REGISTER') return
    if (!digest.verify(message, 'Authorization').ok) {
      const lines = digest
        .challenge()
        .map((value) => `WWW-Authenticate: ${value}\r\n`)
        .join('')
      bench.respond(message, 401, { lines })
      return
    }
    const asked = Number(message.get('Expires'))
    bench.respond(message, 200, { lines: granted(message, asked === 0 ? 0 : (seconds ?? asked)) })
  }
}

describe('a registration', () => {
  it('meets a 401 with the next CSeq, the same Call-ID and a new branch', async () => {
    const bench = new Bench()
    registrar(bench)
    const done = bench.phone.register()
    await bench.clock.advanceAsync(50)
    expect(await done).toMatchObject({ ok: true, status: 200 })
    const [first, second] = bench.heard
    expect(bench.summaries).toEqual(['REGISTER', 'REGISTER'])
    expect(second?.cseq).toBe((first?.cseq ?? 0) + 1)
    expect(second?.callId).toBe(first?.callId)
    expect(second?.topVia.branch).not.toBe(first?.topVia.branch)
    expect(second?.get('Authorization')).toContain('username="1001"')
    expect(bench.phone.registered).toBe(true)
  })

  it('is refreshed a tenth before it expires, with the credentials it has', async () => {
    const bench = new Bench()
    registrar(bench, 100)
    void bench.phone.register()
    await bench.clock.advanceAsync(50)
    await bench.clock.advanceAsync(89_000)
    expect(bench.count('REGISTER')).toBe(2)
    await bench.clock.advanceAsync(1_500)
    expect(bench.count('REGISTER')).toBe(3)
    expect(bench.station.registrations.map(({ ok, refresh }) => ({ ok, refresh }))).toEqual([
      { ok: true, refresh: false },
      { ok: true, refresh: true },
    ])
  })

  it('asks for Min-Expires after a 423', async () => {
    const bench = new Bench({ expiresSeconds: 60 })
    bench.answer = (message) => {
      const short = Number(message.get('Expires')) < 300
      if (short) bench.respond(message, 423, { lines: 'Min-Expires: 300\r\n' })
      else bench.respond(message, 200, { lines: granted(message, 300) })
    }
    const done = bench.phone.register()
    await bench.clock.advanceAsync(50)
    expect(await done).toMatchObject({ ok: true })
    expect(bench.heard.map((message) => message.get('Expires'))).toEqual(['60', '300'])
  })

  it.each([
    ['smaller than what was asked for', 'Min-Expires: 10\r\n'],
    ['not a number', 'Min-Expires: soon\r\n'],
    ['absent', ''],
  ])('gives up after a 423 whose Min-Expires is %s', async (_name, lines) => {
    const bench = new Bench({ expiresSeconds: 60 })
    bench.answer = (message) => bench.respond(message, 423, { lines })
    const done = bench.phone.register()
    await bench.clock.advanceAsync(50)
    expect(await done).toMatchObject({ ok: false, status: 423 })
    expect(bench.count('REGISTER')).toBe(1)
  })

  it('tries a wrong password once and no more', async () => {
    const bench = new Bench()
    registrar(bench, 100, 'another')
    const done = bench.phone.register()
    await bench.clock.advanceAsync(60_000)
    const outcome = await done
    expect(outcome).toMatchObject({ ok: false, status: 401 })
    expect(outcome.reason).not.toBe('')
    expect(bench.count('REGISTER')).toBe(2)
    expect(bench.phone.registered).toBe(false)
  })

  it('ends after 64*T1 when nobody answers', async () => {
    const bench = new Bench()
    const done = bench.phone.register()
    await bench.clock.advanceAsync(32_100)
    const outcome = await done
    expect(outcome).toMatchObject({ ok: false, status: 0 })
    expect(outcome.reason).toContain('Timer F')
    // RFC 3261 17.1.2.2: T1, 2*T1, 4*T1 and from then on T2.
    expect(bench.count('REGISTER')).toBe(11)
  })

  it('is removed with Expires 0 and is not refreshed any more', async () => {
    const bench = new Bench()
    registrar(bench, 100)
    void bench.phone.register()
    await bench.clock.advanceAsync(50)
    const gone = bench.phone.unregister()
    await bench.clock.advanceAsync(50)
    expect(await gone).toMatchObject({ ok: true })
    expect(bench.heard.at(-1)?.get('Expires')).toBe('0')
    expect(bench.phone.registered).toBe(false)
    const before = bench.heard.length
    await bench.clock.advanceAsync(200_000)
    expect(bench.heard.length).toBe(before)
  })

  it('is tried again some seconds after a refresh that failed', async () => {
    const bench = new Bench()
    registrar(bench, 100)
    void bench.phone.register()
    await bench.clock.advanceAsync(50)
    bench.answer = (message) => bench.respond(message, 503)
    await bench.clock.advanceAsync(90_500)
    expect(bench.station.registrations.at(-1)).toMatchObject({ ok: false, status: 503, refresh: true })
    registrar(bench, 100)
    await bench.clock.advanceAsync(9_000)
    expect(bench.station.registrations.at(-1)).toMatchObject({ ok: true, refresh: true })
  })

  it('routes initial requests along the Service-Route of its 200', async () => {
    const bench = new Bench()
    bench.answer = (message) => {
      if (message.method !== 'REGISTER') return
      bench.respond(message, 200, { lines: `${granted(message, 100)}Service-Route: <sip:edge.lab.test;lr>\r\n` })
    }
    void bench.phone.register()
    await bench.clock.advanceAsync(50)
    expect(bench.call().invite.get('Route')).toBe('<sip:edge.lab.test;lr>')
  })
})
