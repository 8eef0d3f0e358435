import type { Exchange } from '../exchange.js'
import { answerTo, proofOf } from '../handshake.js'
import { httpFields } from '../http.js'
import { inapplicable, inconclusive, must, type ProbeVerdict, pass, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'
import { enrolled, serve, visited, visitMs } from '../visiting.js'
import { upgradeResponse } from '../websocket.js'

const challenge =
  'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="siploadgen"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
const cookieName = 'siploadgen-probe'
const tries = ['again', 'a third time', 'a fourth time'] as const
const atOnceMs = 500

const hasCredentials = (head: string): boolean => httpFields(head, 'Authorization').length > 0
const cameAt = (exchange: Exchange, name: string): number | undefined => exchange.others(name)[0]?.atMs

const hostOf = (place: string): string => place.replace(/^[a-z]+:\/\//, '').replace(/:\d+$/, '')

/** RFC 6265: which pages a cookie belongs to is the browser's business; only those of our own host are judged. */
function cookieVerdict(exchange: Exchange): ProbeVerdict {
  const head = answerTo(exchange, 'second')
  if (head === '') return inconclusive('the client does not come again')
  const [origin] = httpFields(head, 'Origin')
  if (origin === undefined) return inapplicable('the client sends no Origin: it is no browser')
  const cookies = httpFields(head, 'Cookie').join('; ')
  if (cookies.includes(`${cookieName}=`)) return pass
  if (hostOf(origin) !== hostOf(httpFields(head, 'Host')[0] ?? ''))
    return inapplicable(`its page is of another host: ${origin}`)
  return violation('the cookie of the first connection is missing in the second', ...proofOf(exchange, 'second'))
}

/** What clients make of challenges, cookies and certificates: RFC 7118 7 and 9.1. */
export const webSocketClientTermsProbes: readonly Probe[] = [
  defineProbe({
    id: 'clients/cookies',
    element: 'uac',
    title: 'a cookie that is set in the 101, and the next handshake',
    needs: ['incoming', 'ws'],
    limitMs: 180_000,
    async stimulate(stage) {
      const cookie = `Set-Cookie: ${cookieName}=${stage.rng.token()}; Path=/\r\n\r\n`
      const first = await visited(stage, 'first', {
        answer: (head) => upgradeResponse(head).replace(/\r\n$/, cookie),
      })
      serve(stage, first)
      await stage.wait(500)
      first.wire.close()
      await enrolled(stage, 'second')
    },
    expectations: [
      {
        statement: '7118-7-1',
        title: 'A client in a browser sends the cookies of the host in its handshake.',
        judge: cookieVerdict,
      },
    ],
  }),
  defineProbe({
    id: 'clients/challenged',
    element: 'uac',
    title: 'a handshake that is answered 401',
    needs: ['incoming', 'ws'],
    limitMs: 300_000,
    async stimulate(stage) {
      await visited(stage, 'challenged', { answer: () => challenge })
      let beforeMs = stage.nowMs
      for (const name of tries) {
        const answer = (head: string) => (hasCredentials(head) ? upgradeResponse(head) : challenge)
        const party = await stage.admit(name, { answer, withinMs: visitMs })
        if (party === undefined || hasCredentials(answerTo(stage.exchange, name))) return
        if (stage.nowMs - beforeMs > atOnceMs) return
        beforeMs = stage.nowMs
      }
    },
    expectations: [
      {
        statement: '7118-7-2',
        title:
          'A client that is challenged with 401 answers with credentials or gives up, and does not knock on and on.',
        judge: (exchange) => {
          const [first, last] = [cameAt(exchange, 'challenged'), cameAt(exchange, tries[2])]
          if (first === undefined) return inconclusive('the client does not connect')
          if (last === undefined || hasCredentials(answerTo(exchange, tries[2]))) return pass
          const found = `four handshakes without credentials within ${last - first} ms`
          return must(
            last - first > 3 * atOnceMs,
            found,
            ...proofOf(exchange, 'challenged'),
            ...proofOf(exchange, tries[2]),
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'clients/certificate',
    element: 'uac',
    title: 'a certificate whose authority nobody trusts',
    needs: ['incoming', 'ws', 'tls'],
    limitMs: 180_000,
    async stimulate(stage) {
      await stage.admit('untrusted', { untrusted: true, withinMs: visitMs })
      await stage.wait(500)
    },
    expectations: [
      {
        statement: '7118-9.1-2',
        title: 'A client sends nothing to a server whose certificate it cannot trust.',
        judge: (exchange) => {
          const refused = exchange.event('untrusted', 'failed')
          const [head] = exchange.others('untrusted')
          if (head !== undefined) return violation('it sends its handshake all the same', head)
          if (refused?.text.includes('nobody connects')) return inconclusive('the client does not connect')
          return refused === undefined ? inconclusive('the client did neither') : pass
        },
      },
    ],
  }),
]
