import { beforeAll, expect, test } from 'vitest'
import { capture, tsharkFields } from '../peers/capture.js'
import { gatewayOf, type Lab, startLab } from '../peers/lab.js'
import { header, respond } from '../peers/raw-message.js'
import { type RawServer, startRawServer } from '../peers/raw-server.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { codeUnlessBusy, runSiploadgen, scenarioFile } from '../peers/siploadgen.js'
import { challengeOf, checkDigest, type DigestTerms } from './digest-checker.js'

const terms = ['MD5', 'SHA-256', 'SHA-512-256'].flatMap((name) =>
  [name, `${name}-sess`].flatMap((algorithm) =>
    (['', 'auth', 'auth-int'] as const)
      // RFC 7616 3.4: -sess has a cnonce, which belongs to qop.
      .filter((qop) => qop !== '' || !algorithm.endsWith('-sess'))
      .map((qop) => ({ algorithm, qop })),
  ),
)

const answerSdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n'

/** A registrar and callee whose user number decides the terms. It notes each verdict of the checker. */
class Checker {
  /** `u3 REGISTER` to what was wrong with each try; '' was right. */
  readonly verdicts = new Map<string, string[]>()
  readonly #counts = new Map<string, number>()
  readonly #nonces = new Map<string, string>()
  #issued = 0

  readonly answer = (message: string, server: RawServer): readonly string[] => {
    const [, method = '', uri = ''] = /^([A-Z]+) (\S+) SIP/.exec(message) ?? []
    if (method === 'ACK' || method === '') return []
    const name = /<sip:([^@]+)@/.exec(header(message, 'From'))?.[1] ?? ''
    const registrar = method === 'REGISTER'
    const [ask, give, code] = registrar
      ? (['WWW-Authenticate', 'Authorization', 401] as const)
      : (['Proxy-Authenticate', 'Proxy-Authorization', 407] as const)
    const key = `${name} ${registrar ? 'registrar' : 'proxy'}`
    const own = terms[Number(name.slice(1)) % terms.length] ?? { algorithm: 'MD5', qop: '' }
    const credentials = header(message, give)
    const nonce = this.#nonces.get(key)
    if (credentials === '' || nonce === undefined) return [this.#challenge(message, key, own, ask, code)]
    const body = message.slice(message.indexOf('\r\n\r\n') + 4)
    const user = { name, password: `p${name}` }
    const wrong = checkDigest(
      credentials,
      { realm: 'auth.test', nonce, opaque: `o/${nonce}`, ...own },
      { method, uri, body },
      user,
      this.#counts,
    )
    const noted = this.verdicts.get(`${name} ${method}`) ?? []
    this.verdicts.set(`${name} ${method}`, [...noted, wrong])
    if (wrong !== '') return [respond(message, 403, 'Forbidden', { toTag: 'c' })]
    // Once for each user a nonce is called stale, although the credentials were right (RFC 7616 3.3).
    if (method === 'INVITE' && noted.length === 0) return [this.#challenge(message, key, own, ask, code, true)]
    const description = method === 'INVITE' ? { body: answerSdp } : {}
    const contact = `sip:callee@${server.host}:${server.port}`
    return [respond(message, 200, 'OK', { toTag: 'c', contact, ...description })]
  }

  #challenge(
    message: string,
    key: string,
    own: Pick<DigestTerms, 'algorithm' | 'qop'>,
    name: string,
    code: number,
    stale = false,
  ): string {
    const nonce = `n${++this.#issued}`
    this.#nonces.set(key, nonce)
    const value = challengeOf({ realm: 'auth.test', nonce, opaque: `o/${nonce}`, ...own }, stale)
    return respond(message, code, 'Unauthorized', { toTag: 'c', headers: [`${name}: ${value}`] })
  }
}

const againstChecker = (port: number): string =>
  scenarioFile(`version: 1
name: Every kind of digest
gateway: udp://127.0.0.1:${port}
agents:
  phone: { count: ${terms.length}, identity: "sip:u\${n}@auth.test", password: "pu\${n}", media: none }
flows:
  talk:
    - message: { from: phone, to: "sip:callee@auth.test", text: "hello \${n} \u00e4" }
    - call: { from: phone, to: "sip:callee@auth.test" }
    - hang up
load: { flow: talk, rate: 50/s, calls: ${terms.length} }
expect: [registration.ira == 0%, session.ser == 100%]
`)

/** The two answers of RFC 7616 3.9.1. */
const examples = [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const

test.each(examples)(
  'the checker agrees with the example of RFC 7616 for %s, and with no other',
  (algorithm, response) => {
    const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
    const opaque = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS'
    const own = { realm: 'http-auth@example.org', nonce, opaque, algorithm, qop: 'auth' } as const
    const request = { method: 'GET', uri: '/dir/index.html', body: '' }
    const credentials =
      `Digest username="Mufasa", realm="${own.realm}", uri="${request.uri}", algorithm=${algorithm}, nonce="${nonce}", ` +
      `nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="${response}", ` +
      `opaque="${opaque}"`
    const check = (password: string) =>
      checkDigest(credentials, own, request, { name: 'Mufasa', password }, new Map<string, number>())
    expect([check('Circle of Life'), check('Circle of life')]).toEqual(['', 'the response is wrong'])
  },
)

describeWithPeers(['kamailio', 'tcpdump', 'tshark'], 'digest authentication', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false, algorithm: 'SHA-256' })
  })

  /** The lab's password of a user is `p` and its name. */
  const calls = (prefix: 'p' | 'wrong', register: boolean): string =>
    scenarioFile(`version: 1
name: Digest against Kamailio
inputs: { gateway: { help: where } }
gateway: \${gateway}
agents:
  caller: { count: 5, identity: "sip:\${1000 + n}@lab.test", password: "${prefix}\${1000 + n}", media: none, register: ${register} }
  callee: { count: 5, identity: "sip:\${2000 + n}@lab.test", password: "p\${2000 + n}", media: none, transport: tcp }
flows:
  talk: [{ call: { from: caller, to: callee } }, hang up]
load: { flow: talk, rate: 20/s, calls: 5 }
expect: [registration.ira == 0%, session.ser == 100%]
`)

  const run = async (prefix: 'p' | 'wrong', register: boolean) => {
    const recording = await capture('lo', `udp port ${lab.udp}`)
    const ended = await runSiploadgen(calls(prefix, register), { set: { gateway: gatewayOf(lab) } })
    await recording.stop()
    const rows = await tsharkFields(recording.file, 'sip.Method', ['sip.Method'], ['-d', `udp.port==${lab.udp},sip`])
    const sent = (method: string): number => rows.filter(([name]) => name === method).length
    return { ...ended, sent }
  }

  test('Kamailio accepts SHA-256 for REGISTER and INVITE', async () => {
    const ended = await run('p', true)
    const { code, result, sent } = ended
    expect(result).toMatchObject({ calls: { completed: 5 }, agents: { caller: { registered: 5, registrations: 5 } } })
    expect(code).toBe(codeUnlessBusy(0, ended))
    // Each twice: without and with credentials. The REGISTER that ends the binding carries them from the start.
    expect([sent('REGISTER'), sent('INVITE')]).toEqual([15, 10])
  })

  test('a wrong password ends a REGISTER at its second 401, counted once', async () => {
    const ended = await run('wrong', true)
    const { code, result, sent } = ended
    expect(result?.agents).toMatchObject({
      caller: { registered: 0, registrations: 0, registrationsFailed: 5 },
      callee: { registered: 5, registrationsFailed: 0 },
    })
    expect(sent('REGISTER')).toBe(10)
    expect(code).toBe(codeUnlessBusy(1, ended))
  })

  test('a wrong password ends an INVITE at its second 407, counted once', async () => {
    const { result, sent } = await run('wrong', false)
    expect(result?.calls).toMatchObject({ attempted: 5, established: 0, failed: 5, byStatus: { 407: 5 } })
    expect(result?.samples[0]?.reason).toContain('the credentials for realm "lab.test" were not accepted')
    expect([sent('INVITE'), sent('ACK')]).toEqual([10, 10])
  })

  test('a checker of its own accepts every algorithm and qop, in and out of calls, with and without a body', async () => {
    const checker = new Checker()
    const server = await startRawServer(checker.answer)
    const ended = await runSiploadgen(againstChecker(server.port))
    const { code, result, output } = ended
    expect(Object.fromEntries(checker.verdicts)).toEqual(
      Object.fromEntries(
        terms.flatMap((_, index) => [
          // The second one removes the binding.
          [`u${index} REGISTER`, ['', '']],
          [`u${index} MESSAGE`, ['']],
          [`u${index} INVITE`, ['', '']],
          [`u${index} BYE`, ['']],
        ]),
      ),
    )
    expect(result?.calls, output).toMatchObject({ failed: 0, byOutcome: { completed: terms.length } })
    expect(code).toBe(codeUnlessBusy(0, ended))
  })
})
