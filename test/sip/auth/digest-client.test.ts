import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { DigestClient } from '../../../src/sip/auth/digest-client.js'
import { type AuthFields, type AuthHeader, DigestRequest } from '../../../src/sip/auth/digest-request.js'
import { parseChallenge } from '../../../src/sip/message/auth-params.js'

/** Gives the cnonce of a published example. */
class FixedRng extends Rng {
  readonly #token: string
  constructor(token: string) {
    super(1)
    this.#token = token
  }
  override token(): string {
    return this.#token
  }
}

const fields = (headers: Record<string, readonly string[]>): AuthFields => ({ getAll: (name) => headers[name] ?? [] })
const challenged = (...values: string[]): AuthFields => fields({ 'WWW-Authenticate': values })
const alice = { username: 'alice', password: 'palice' }
const client = (): DigestClient => new DigestClient(alice, new Rng(7))
const invite = (uri = 'sip:bob@lab.test'): DigestRequest => new DigestRequest('INVITE', uri)

function headersOf(result: ReturnType<DigestClient['answer']>): AuthHeader[] {
  if (!Array.isArray(result)) throw new Error(`refused: ${result.text}`)
  return result
}

function parametersOf(result: ReturnType<DigestClient['answer']>, index = 0): Record<string, string> {
  const value = headersOf(result)[index]?.value ?? ''
  return Object.fromEntries(parseChallenge(value)?.params ?? [])
}

describe('DigestClient', () => {
  it('writes the credentials of RFC 7616 3.9.1 for the topmost challenge it supports', () => {
    const rng = new FixedRng('f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ')
    const mufasa = new DigestClient({ username: 'Mufasa', password: 'Circle of Life' }, rng)
    const tail =
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    const head = 'Digest realm="http-auth@example.org", qop="auth, auth-int",'
    const response = challenged(
      'Basic realm="http-auth@example.org"',
      `${head} algorithm=SHA-1, ${tail}`,
      `${head} algorithm=SHA-256, ${tail}`,
      `${head} algorithm=MD5, ${tail}`,
    )
    expect(mufasa.answer(response, new DigestRequest('GET', '/dir/index.html'))).toEqual([
      {
        name: 'Authorization',
        value:
          'Digest username="Mufasa", realm="http-auth@example.org", ' +
          'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ' +
          'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, ' +
          'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ' +
          'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, nc=00000001',
      },
    ])
  })

  it('answers registrar and proxies in one call and keeps both for the next try', () => {
    const digest = client()
    const request = invite()
    const both = fields({
      'WWW-Authenticate': ['Digest realm="a", nonce="1"'],
      'Proxy-Authenticate': ['Digest realm="a", nonce="2"', 'Digest realm="b", nonce="3"'],
    })
    const names = headersOf(digest.answer(both, request)).map((header) => header.name)
    expect(names).toEqual(['Authorization', 'Proxy-Authorization', 'Proxy-Authorization'])
    const second = digest.answer(fields({ 'Proxy-Authenticate': ['Digest realm="c", nonce="4"'] }), request)
    expect(headersOf(second).map((header) => /realm="(.)", nonce="(.)"/.exec(header.value)?.slice(1).join(''))).toEqual(
      ['a1', 'a2', 'b3', 'c4'],
    )
  })

  it('gives up when a second challenge is not stale', () => {
    const digest = client()
    const request = invite()
    digest.answer(challenged('Digest realm="a", nonce="1"'), request)
    expect(digest.answer(challenged('Digest realm="a", nonce="2"'), request)).toMatchObject({
      refusal: 'wrong-password',
    })
    expect(digest.preemptive(invite()), 'and forgets the nonce').toEqual([])
  })

  it('renews a stale nonce, but not for ever', () => {
    const digest = client()
    const request = invite()
    const nonces: (string | undefined)[] = []
    for (let i = 1; i <= 4; i++) {
      const result = digest.answer(challenged(`Digest realm="a", qop="auth", nonce="${i}", stale=TRUE`), request)
      const { nonce, nc } = parametersOf(result)
      nonces.push(`${nonce} ${nc}`)
    }
    expect(nonces).toEqual(['1 00000001', '2 00000001', '3 00000001', '4 00000001'])
    expect(digest.answer(challenged('Digest realm="a", nonce="5", stale=true'), request)).toMatchObject({
      refusal: 'too-many-challenges',
    })
  })

  it('counts the uses of a nonce over requests and keeps its cnonce', () => {
    const digest = client()
    const first = parametersOf(digest.answer(challenged('Digest realm="a", qop="auth", nonce="1"'), invite()))
    const second = parametersOf(digest.preemptive(invite()))
    expect([first.nc, second.nc, second.cnonce]).toEqual(['00000001', '00000002', first.cnonce])
  })

  it('answers once more when credentials sent unasked were refused', () => {
    const digest = client()
    digest.answer(challenged('Digest realm="a", qop="auth", nonce="1"'), invite())
    const request = invite()
    digest.preemptive(request)
    const renewed = digest.answer(challenged('Digest realm="a", qop="auth", nonce="2"'), request)
    expect(parametersOf(renewed)).toMatchObject({ nonce: '2', nc: '00000001' })
    expect(digest.answer(challenged('Digest realm="a", qop="auth", nonce="3"'), request)).toMatchObject({
      refusal: 'wrong-password',
    })
  })

  it("sends a proxy's credentials to every URI and a server's only to the URI that asked", () => {
    const digest = client()
    digest.answer(challenged('Digest realm="a", nonce="1"'), new DigestRequest('REGISTER', 'sip:lab.test'))
    digest.answer(fields({ 'Proxy-Authenticate': ['Digest realm="p", nonce="2"'] }), invite())
    const names = (uri: string): string[] => digest.preemptive(new DigestRequest('X', uri)).map((header) => header.name)
    expect(names('sip:carol@lab.test')).toEqual(['Proxy-Authorization'])
    expect(names('sip:lab.test')).toEqual(['Authorization', 'Proxy-Authorization'])
  })

  it('moves to nextnonce with a new count', () => {
    const digest = client()
    const request = invite()
    digest.answer(challenged('Digest realm="a", qop="auth", nonce="1"'), request)
    digest.learn(fields({ 'Authentication-Info': ['nextnonce="n2", qop=auth, rspauth="00"'] }), request)
    expect(parametersOf(digest.preemptive(invite()))).toMatchObject({ nonce: 'n2', nc: '00000001' })
  })

  it('prefers auth to auth-int and covers the body when only auth-int is offered', () => {
    const body = Buffer.from('v=0')
    const withInt = new DigestRequest('GET', '/dir/index.html', body)
    const rng = new FixedRng('0a4f113b')
    const mufasa = new DigestClient({ username: 'Mufasa', password: 'Circle Of Life' }, rng)
    const challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    expect(parametersOf(mufasa.answer(challenged(`${challenge}, qop="auth-int"`), withInt))).toMatchObject({
      qop: 'auth-int',
      response: '5db8f67ee86f54b921ff197961aee76e',
    })
    const plain = new DigestRequest('GET', '/dir/index.html', body)
    expect(parametersOf(mufasa.answer(challenged(`${challenge}, qop="auth-int,auth"`), plain))).toMatchObject({
      qop: 'auth',
      response: '6629fae49393a05397450978507c4ef1',
    })
  })

  it('leaves cnonce, nc and qop out when no qop was offered', () => {
    const plain = parametersOf(client().answer(challenged('Digest realm="a", nonce="1"'), invite()))
    expect(Object.keys(plain)).toEqual(['username', 'realm', 'nonce', 'uri', 'response'])
  })

  it('escapes and unescapes quoted texts', () => {
    const odd = new DigestClient({ username: 'a"l\\ice', password: 'x' }, new Rng(1))
    const result = odd.answer(challenged('Digest realm="the \\"lab\\"", nonce="1", opaque="\\\\"'), invite())
    expect(headersOf(result)[0]?.value).toContain('username="a\\"l\\\\ice", realm="the \\"lab\\"", nonce="1"')
    expect(parametersOf(result)).toMatchObject({ username: 'a"l\\ice', realm: 'the "lab"', opaque: '\\' })
  })

  it.each([
    ['no challenge at all', [], 'no-challenge'],
    ['another scheme', ['Basic realm="a"'], 'unsupported'],
    ['an unknown algorithm', ['Digest realm="a", nonce="1", algorithm=SHA-1'], 'unsupported'],
    ['an unknown qop', ['Digest realm="a", nonce="1", qop="token"'], 'unsupported'],
    ['no nonce', ['Digest realm="a"'], 'malformed'],
    ['no realm', ['Digest nonce="1"'], 'malformed'],
    ['an unclosed quote', ['Digest realm="a, nonce="1"'], 'malformed'],
    ['no parameters', ['Digest'], 'malformed'],
  ])('refuses %s', (_, values, refusal) => {
    expect(client().answer(challenged(...values), invite())).toMatchObject({ refusal })
  })
})
