import { expect, test } from 'vitest'
import { header, headerLines, lines, respond, status } from '../peers/raw-message.js'
import { type RawServer, startRawServer } from '../peers/raw-server.js'
import { runSiploadgen, scenarioFile } from '../peers/siploadgen.js'

const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n'

/** Request-URI and Route values of the first request of that method. */
function routeOf({ received }: RawServer, method: string): readonly string[] {
  const message = received.find((text) => text.startsWith(`${method} `)) ?? ''
  const uri = /^\S+ (\S+) SIP/.exec(message)?.[1] ?? ''
  return [uri, ...headerLines(message, 'Route').map((line) => line.replace(/^Route: /, ''))]
}

/** A proxy and callee in one, whose answers carry these Record-Route values. */
const callee = (recordRoute: readonly string[], contact: string): Promise<RawServer> =>
  startRawServer((message) => {
    if (message.startsWith('ACK ')) return []
    if (!message.startsWith('INVITE ')) return [respond(message, 200, 'OK')]
    const headers = recordRoute.map((value) => `Record-Route: ${value}`)
    return [respond(message, 200, 'OK', { toTag: 'c', contact, headers, body: sdp })]
  })

/** A proxy and caller in one: it calls whoever registers, with these Record-Route values. */
const caller = (recordRoute: readonly string[], contact: string): Promise<RawServer> =>
  startRawServer((message, server) => {
    const via = `Via: SIP/2.0/UDP ${server.host}:${server.port};branch=z9hG4bK`
    const identity = ['From: <sip:caller@u1.example.com>;tag=u1', 'Call-ID: strict', 'Max-Forwards: 66']
    const request = (method: string, branch: string, to: string, more: readonly string[], body: string): string =>
      lines(`${method} ${target} SIP/2.0`, via + branch, ...identity, `To: ${to}`, `CSeq: 1 ${method}`, ...more) +
      lines(`Content-Length: ${body.length}`, '') +
      body
    const target = 'sip:callee@u2.domain.com'
    if (message.startsWith('REGISTER ') && /expires=[1-9]/.test(message)) {
      const more = [...recordRoute.map((value) => `Record-Route: ${value}`), `Contact: <${contact}>`]
      const invite = request('INVITE', 'invite', `<${target}>`, [...more, 'Content-Type: application/sdp'], sdp)
      return [respond(message, 200, 'OK'), invite]
    }
    if (status(message) === 200) return [request('ACK', 'ack', header(message, 'To'), [], '')]
    return message.startsWith('SIP/') ? [] : [respond(message, 200, 'OK')]
  })

const calls = (server: RawServer): string =>
  scenarioFile(`version: 1
gateway: udp://${server.host}:${server.port}
agents: { phone: { count: 1, identity: "sip:caller@u1.example.com", media: none, register: false } }
flows: { talk: [{ call: { from: phone, to: "sip:callee@u2.domain.com" } }, hang up] }
load: { flow: talk, rate: 10/s, calls: 1 }
expect: [session.scr == 100%]
`)

const isCalled = (server: RawServer): string =>
  scenarioFile(`version: 1
gateway: udp://${server.host}:${server.port}
agents:
  phone: { count: 1, identity: "sip:callee@u2.domain.com", media: none, when called: [answer, wait 50ms, hang up] }
load: { for: 5s, calls: 1 }
`)

const strict = '<sip:p3.middle.com>'

test.each([
  {
    what: 'the example of RFC 3261 12.2.1.1',
    // Record-Route stands in the order from callee to caller: the caller's route set is its reverse.
    recordRoute: ['<sip:proxy4>', '<sip:proxy3;lr>', '<sip:proxy2>', '<sip:proxy1>'],
    contact: 'sip:user@remoteua',
    route: ['sip:proxy1', '<sip:proxy2>', '<sip:proxy3;lr>', '<sip:proxy4>', '<sip:user@remoteua>'],
  },
  {
    what: 'a strict router whose URI has what a Request-URI must not have',
    recordRoute: ['<sip:p4.domain.com;lr>', '<sip:p3.middle.com;method=INVITE;k=v?Subject=x>'],
    contact: 'sip:callee@u2.domain.com',
    route: ['sip:p3.middle.com;k=v', '<sip:p4.domain.com;lr>', '<sip:callee@u2.domain.com>'],
  },
  {
    what: 'the four proxies of RFC 3261 16.12.1.2, of which the third is strict',
    recordRoute: ['<sip:p4.domain.com;lr>', strict, '<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>'],
    contact: 'sip:callee@u2.domain.com',
    route: [
      'sip:callee@u2.domain.com',
      '<sip:p1.example.com;lr>',
      '<sip:p2.example.com;lr>',
      strict,
      '<sip:p4.domain.com;lr>',
    ],
  },
])('a caller sends ACK and BYE through $what', async ({ recordRoute, contact, route }) => {
  const server = await callee(recordRoute, contact)
  const { code, output } = await runSiploadgen(calls(server))
  expect({ ack: routeOf(server, 'ACK'), bye: routeOf(server, 'BYE') }).toEqual({ ack: route, bye: route })
  expect(code, output).toBe(0)
})

test.each([
  {
    what: 'loose P4, as U2 does in RFC 3261 16.12.1.2',
    recordRoute: ['<sip:p4.domain.com;lr>', strict, '<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>'],
    route: [
      'sip:caller@u1.example.com',
      '<sip:p4.domain.com;lr>',
      strict,
      '<sip:p2.example.com;lr>',
      '<sip:p1.example.com;lr>',
    ],
  },
  {
    what: 'strict P3, as P4 does in RFC 3261 16.12.1.2',
    recordRoute: [strict, '<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>'],
    route: ['sip:p3.middle.com', '<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>', '<sip:caller@u1.example.com>'],
  },
])('a callee sends its BYE to $what', async ({ recordRoute, route }) => {
  const server = await caller(recordRoute, 'sip:caller@u1.example.com')
  const { code, output, result } = await runSiploadgen(isCalled(server))
  expect(routeOf(server, 'BYE'), output).toEqual(route)
  expect(result?.calls).toMatchObject({ completed: 1, failed: 0 })
  expect(code).toBe(0)
})
