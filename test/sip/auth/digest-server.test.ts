import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { type DigestAlgorithm, digestAlgorithms } from '../../../src/sip/auth/algorithm.js'
import { DigestClient } from '../../../src/sip/auth/digest-client.js'
import { type AuthHeader, DigestRequest } from '../../../src/sip/auth/digest-request.js'
import type { Qop } from '../../../src/sip/auth/digest-response.js'
import { DigestServer, type DigestSubject } from '../../../src/sip/auth/digest-server.js'

const body = Buffer.from('hello')

const serverOf = (
  clock: VirtualClock,
  options: { algorithms?: readonly DigestAlgorithm[]; qop?: readonly Qop[]; session?: boolean } = {},
): DigestServer =>
  new DigestServer({
    realm: 'lab.test',
    algorithms: options.algorithms ?? ['SHA-256', 'MD5'],
    qop: options.qop ?? ['auth'],
    session: options.session ?? false,
    nonceSeconds: 60,
    clock,
    rng: new Rng(3),
    password: (user) => (user.startsWith('u') ? `p${user}` : undefined),
  })

const subject = (headers: readonly AuthHeader[], method = 'MESSAGE'): DigestSubject => ({
  method,
  body,
  getAll: (name) => headers.filter((header) => header.name === name).map((header) => header.value),
})

const clientOf = (username = 'u1', password = 'pu1'): DigestClient =>
  new DigestClient({ username, password }, new Rng(5))

const request = (): DigestRequest => new DigestRequest('MESSAGE', 'sip:u2@lab.test', body)

function credentials(client: DigestClient, challenges: string[], about = request()): AuthHeader[] {
  const result = client.answer({ getAll: (name) => (name === 'WWW-Authenticate' ? challenges : []) }, about)
  if (!Array.isArray(result)) throw new Error(result.text)
  return result
}

describe('DigestServer', () => {
  const forms: readonly { algorithm: DigestAlgorithm; qop: readonly Qop[]; session: boolean }[] =
    digestAlgorithms.flatMap((algorithm) =>
      ([[], ['auth'], ['auth-int'], ['auth', 'auth-int']] as const).flatMap((qop) =>
        [false, true].map((session) => ({ algorithm, qop, session })),
      ),
    )

  it.each(forms)('accepts its own challenge answered with $algorithm, qop $qop, -sess $session', (form) => {
    const server = serverOf(new VirtualClock(), { algorithms: [form.algorithm], qop: form.qop, session: form.session })
    const client = clientOf()
    const first = credentials(client, server.challenge())
    expect(server.verify(subject(first), 'Authorization')).toEqual({ ok: true, username: 'u1' })
    const second = client.preemptive(request())
    expect(server.verify(subject(second), 'Authorization')).toEqual({ ok: true, username: 'u1' })
  })

  it('writes one challenge for each algorithm, in order, with one nonce', () => {
    const [first = '', second = ''] = serverOf(new VirtualClock()).challenge(true)
    expect(first).toMatch(/^Digest realm="lab\.test", nonce="[^"]+", algorithm=SHA-256, qop="auth", stale=TRUE$/)
    expect(second).toBe(first.replace('SHA-256', 'MD5'))
  })

  it('calls a nonce stale after its lifetime, and the renewed one is accepted', () => {
    const clock = new VirtualClock()
    const server = serverOf(clock)
    const client = clientOf()
    credentials(client, server.challenge())
    clock.advance(60_001)
    const late = request()
    expect(server.verify(subject(client.preemptive(late)), 'Authorization')).toEqual({ ok: false, why: 'stale' })
    const renewed = credentials(client, server.challenge(true), late)
    expect(server.verify(subject(renewed), 'Authorization')).toEqual({ ok: true, username: 'u1' })
  })

  it('does not accept a nonce count twice', () => {
    const server = serverOf(new VirtualClock())
    const headers = credentials(clientOf(), server.challenge())
    expect(server.verify(subject(headers), 'Authorization').ok).toBe(true)
    expect(server.verify(subject(headers), 'Authorization')).toEqual({ ok: false, why: 'stale' })
  })

  it("does not accept another server's nonce", () => {
    const other = new DigestServer({
      realm: 'lab.test',
      algorithms: ['MD5'],
      qop: ['auth'],
      clock: new VirtualClock(),
      rng: new Rng(99),
      password: () => undefined,
    })
    const headers = credentials(clientOf(), other.challenge())
    expect(serverOf(new VirtualClock()).verify(subject(headers), 'Authorization')).toEqual({ ok: false, why: 'stale' })
  })

  it.each([
    ['a wrong password', (s: DigestServer) => credentials(clientOf('u1', 'no'), s.challenge()), 'wrong-password'],
    ['an unknown user', (s: DigestServer) => credentials(clientOf('x', 'px'), s.challenge()), 'unknown-user'],
    ['no credentials', () => [], 'missing'],
    [
      'credentials for another realm',
      () => credentials(clientOf(), ['Digest realm="elsewhere", nonce="1"']),
      'missing',
    ],
    ['a broken value', () => [{ name: 'Authorization', value: 'Digest username="u' } as const], 'malformed'],
    [
      'a missing response',
      () => [{ name: 'Authorization', value: 'Digest username="u1", realm="lab.test", nonce="1", uri="a"' } as const],
      'malformed',
    ],
    [
      'an algorithm that was not offered',
      (s: DigestServer) =>
        credentials(clientOf(), s.challenge()).map((h) => ({ ...h, value: h.value.replace('SHA-256', 'SHA-512-256') })),
      'unsupported',
    ],
    [
      'a nonce count that is not eight hexadecimal digits',
      (s: DigestServer) =>
        credentials(clientOf(), s.challenge()).map((h) => ({ ...h, value: h.value.replace('nc=00000001', 'nc=1') })),
      'malformed',
    ],
  ] as const)('refuses %s', (_, make, why) => {
    const server = serverOf(new VirtualClock())
    expect(server.verify(subject(make(server)), 'Authorization')).toEqual({ ok: false, why })
  })

  it('covers the method, and with auth-int the body', () => {
    const server = serverOf(new VirtualClock(), { qop: ['auth-int'] })
    const headers = credentials(clientOf(), server.challenge())
    const changed = { ...subject(headers), body: Buffer.from('hellO') }
    expect(server.verify(changed, 'Authorization')).toEqual({ ok: false, why: 'wrong-password' })
    expect(server.verify(subject(headers, 'INVITE'), 'Authorization')).toEqual({ ok: false, why: 'wrong-password' })
  })
})
