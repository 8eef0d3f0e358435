import type { Exchange } from '../exchange.js'
import { answeredAlike, inapplicable, inconclusive, must, violation } from '../judgement.js'
import {
  boundaryExpectations,
  firstOctet,
  noText,
  sendFragments,
  sendHalves,
  sendTogether,
} from '../message-boundaries.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'
import type { Stage } from '../stage.js'
import { awaitRegister, confirm, enrolled, serve, visited } from '../visiting.js'
import { goingAway, opcode, serverFrame } from '../websocket.js'

const withheldMs = 10_000
/** Sooner than this nobody comes again who waits at all. */
const leastWaitMs = 200
const challenge = 'Digest realm="probe", nonce="siploadgen", algorithm=MD5, qop="auth"'

const optionsOf = (party: Party, uri: string): string => writeRequest(party.request('OPTIONS', uri))

async function tell(stage: Stage, party: Party, uri: string, label: string, change: (text: string) => string) {
  stage.send(party, change(optionsOf(party, uri)), label)
  await stage.final(label)
}

const registers = (exchange: Exchange, party: string) => exchange.requests(party, 'REGISTER')

/** Clients of WebSocket that come to us, and what they make of our messages and frames. */
export const webSocketClientProbes: readonly Probe[] = [
  defineProbe({
    id: 'clients/registering',
    element: 'uac',
    title:
      'a ping in one segment with the 101, a REGISTER without an answer for 10 s, a 401 and a 200 without received',
    needs: ['incoming', 'ws'],
    limitMs: 120_000,
    async stimulate(stage) {
      const client = await visited(stage, 'client', { behind: serverFrame(opcode.ping, Buffer.from('glued')) })
      const first = await awaitRegister(stage, client)
      await stage.wait(withheldMs)
      const headers = [{ name: 'WWW-Authenticate', value: challenge }]
      stage.respond(client, first, 401, { toTag: 'probe', headers })
      const answers = (exchange: Exchange) =>
        registers(exchange, 'client').find(({ message }) => message.has('Authorization'))
      await stage.until((exchange) => answers(exchange) !== undefined, 5000)
      const again = answers(stage.exchange)?.message
      if (again !== undefined) confirm(stage, client, again)
      serve(stage, client)
      await stage.wait(300)
    },
    expectations: [
      {
        statement: '7118-D-40',
        title: 'A frame that comes in one segment with the 101 is taken.',
        judge: (exchange) =>
          must(
            exchange.event('client', 'pong glued') !== undefined,
            'the ping behind the 101 gets no pong',
            exchange.entries.find(({ direction }) => direction === 'sent'),
          ),
      },
      {
        statement: '7118-D-21',
        title:
          'Over WebSocket nothing is sent again: neither a request without an answer nor a refusal without its ACK.',
        judge: (exchange) => {
          const [first, ...later] = registers(exchange, 'client')
          const copies = later.filter(({ message }) => message.cseq === first?.message.cseq)
          return must(copies.length === 0, `${copies.length + 1} copies of REGISTER`, first, copies[0])
        },
      },
      {
        statement: '7118-5.3-5',
        title: 'A response without received in Via is taken.',
        judge: (exchange) => {
          const [first] = registers(exchange, 'client')
          if (first?.message.has('Authorization')) return inconclusive('it has credentials before any challenge')
          const again = registers(exchange, 'client').find(({ message }) => message.has('Authorization'))
          const sent = exchange.entries.find(({ label }) => label === '401')
          return must(again !== undefined, 'the 401 is not answered with credentials', first, sent)
        },
      },
    ],
  }),
  defineProbe({
    id: 'clients/messages',
    element: 'uas',
    title:
      'OPTIONS to a client as text, binary, without and with a wrong Content-Length, in frames, two at once, in halves',
    needs: ['incoming', 'ws'],
    limitMs: 120_000,
    async stimulate(stage) {
      const { party, uri } = await enrolled(stage, 'client')
      await tell(stage, party, uri, 'plain', (text) => text)
      const binary = optionsOf(party, uri)
      stage.note(party, binary, 'binary')
      party.wire.send(Buffer.from(binary, 'latin1'), { binary: true })
      await stage.final('binary')
      await tell(stage, party, uri, 'no length', (text) => text.replace('Content-Length: 0\r\n', ''))
      await sendFragments(stage, party, optionsOf(party, uri))
      await tell(stage, party, uri, 'surplus', (text) => `${text}surplus`)
      await tell(stage, party, uri, 'long', (text) => text.replace('Content-Length: 0', 'Content-Length: 40'))
      await sendTogether(stage, party, optionsOf(party, uri), optionsOf(party, uri))
      await sendHalves(stage, party, optionsOf(party, uri))
    },
    expectations: [
      {
        statement: '7118-4.2-1',
        title: 'Text and binary messages are both taken.',
        judge: answeredAlike('binary', 'plain'),
      },
      boundaryExpectations.noLength,
      boundaryExpectations.fragments,
      {
        statement: '7118-D-18',
        title: 'A ping is answered by a pong with the same octets, between fragments too.',
        judge: (exchange) =>
          must(exchange.event('client', 'pong between') !== undefined, 'no such pong', exchange.sent('fragments')),
      },
      boundaryExpectations.lengths,
      boundaryExpectations.together,
      boundaryExpectations.halves,
    ],
  }),
  defineProbe({
    id: 'clients/bad-text',
    element: 'uas',
    title: 'OPTIONS to a client as a text message that is no UTF-8',
    needs: ['incoming', 'ws'],
    limitMs: 120_000,
    async stimulate(stage) {
      const { party, uri } = await enrolled(stage, 'client')
      await tell(stage, party, uri, 'plain', (text) => text)
      const text = noText(optionsOf(party, uri))
      stage.note(party, text, 'no text')
      party.wire.frame?.(firstOctet.text, Buffer.from(text, 'latin1'))
      await stage.until(
        (exchange) => exchange.status('no text') > 0 || exchange.event('client', 'closed') !== undefined,
      )
    },
    expectations: [boundaryExpectations.noText],
  }),
  defineProbe({
    id: 'clients/closing',
    element: 'uac',
    title: 'a close frame to a client, a connection that is lost, and a handshake that is refused',
    needs: ['incoming', 'ws'],
    limitMs: 300_000,
    async stimulate(stage) {
      const { party: first } = await enrolled(stage, 'first')
      await stage.wait(300)
      stage.sendFrame(first, firstOctet.close, goingAway)
      await stage.until((exchange) => exchange.event('first', 'closed') !== undefined)
      first.wire.lose?.()
      const { party: second } = await enrolled(stage, 'second')
      await stage.wait(300)
      second.wire.lose?.()
      await visited(stage, 'third', {
        answer: () => 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
      })
      await enrolled(stage, 'fourth')
      await stage.wait(300)
    },
    expectations: [
      {
        statement: '7118-D-35',
        title: 'A close frame is answered by one.',
        judge: (exchange) => {
          const sent = exchange.entries.find(({ text }) => text.startsWith('frame 0x88'))
          if (sent === undefined) return inapplicable('the conversation did not come that far')
          const answer = exchange.event('first', 'closed by a close frame')
          return must(answer !== undefined, 'no close frame', sent, exchange.event('first', 'closed'))
        },
      },
      {
        statement: '7118-D-31',
        title: 'A client that has lost its connection waits, comes back and registers as the same instance.',
        judge: (exchange) => {
          const [one, two] = ['first', 'fourth'].map((party) => registers(exchange, party)[0])
          if (one === undefined || two === undefined) return inconclusive('it did not register both times')
          const [before, later] = [one, two].map(({ message }) => flowOf(message.list('Contact')[0] ?? ''))
          if (before !== later) return violation(`its instance was ${before} and is ${later}`, one, two)
          if (one.message.callId === two.message.callId && two.message.cseq <= one.message.cseq)
            return violation('the same Call-ID with no higher number', one, two)
          const [refused, again] = ['third', 'fourth'].map((party) => exchange.others(party)[0])
          const waitedMs = (again?.atMs ?? 0) - (refused?.atMs ?? 0)
          return must(waitedMs >= leastWaitMs, `it comes again ${waitedMs} ms after a refusal`, refused, again)
        },
      },
    ],
  }),
]

/** What RFC 5626 4.1 and 4.2 know a flow by; empty for clients that do not speak it. */
const flowOf = (contact: string): string =>
  [/;\s*\+sip\.instance=("[^"]*"|[^;]*)/i, /;\s*reg-id=([^;]*)/i].map((what) => what.exec(contact)?.[1] ?? '').join(' ')
