import { registrarUri } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { answeredAlike, inapplicable, must, pass, violation } from '../judgement.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'
import type { Stage } from '../stage.js'

/** First octets of frames (RFC 6455 5.2): FIN, reserved bits, opcode. */
const first = { start: 0x01, middle: 0x00, end: 0x80, text: 0x81, reservedBit: 0xc1, reservedCode: 0x83 } as const
const control = { close: 0x88, ping: 0x89 } as const
const normalClosure = Buffer.from([0x03, 0xe8])

const optionsOf = (stage: Stage, party: Party): string => writeRequest(party.request('OPTIONS', registrarUri(stage)))

const isClosed = (exchange: Exchange, party: string): boolean => exchange.event(party, 'closed') !== undefined

/** A request in one frame by a party of its own; waits for its answer or for the end of the connection. */
async function sendIn(stage: Stage, label: string, octet: number, change: (text: string) => string): Promise<void> {
  const party = await stage.party(label)
  const text = change(optionsOf(stage, party))
  stage.note(party, text, label)
  party.wire.frame?.(octet, Buffer.from(text, 'latin1'))
  await stage.until((exchange) => exchange.status(label) > 0 || isClosed(exchange, label))
}

/** A frame that must not be taken: the connection ends, or at least nothing is answered as if it were right. */
const untaken = (exchange: Exchange, label: string): boolean =>
  exchange.status(label) === 0 || exchange.status(label) === 400

/** Frames of WebSocket that libraries take care of, and some gateways themselves. */
export const webSocketFrameProbes: readonly Probe[] = [
  defineProbe({
    id: 'websocket/frames',
    element: 'server',
    title: 'OPTIONS in three frames with a ping between them, a ping, and a close frame',
    needs: ['ws'],
    async stimulate(stage) {
      const plain = await stage.party('plain')
      await stage.ask(plain, plain.request('OPTIONS', registrarUri(stage)), 'plain')
      const party = await stage.party('fragments')
      const text = optionsOf(stage, party)
      const third = Math.floor(text.length / 3)
      const piece = (n: number) => Buffer.from(n < 2 ? text.slice(n * third, (n + 1) * third) : text.slice(n * third))
      stage.note(party, text, 'fragments')
      party.wire.frame?.(first.start, piece(0))
      party.wire.frame?.(control.ping, Buffer.from('between'))
      party.wire.frame?.(first.middle, piece(1))
      party.wire.frame?.(first.end, piece(2))
      await stage.final('fragments')
      stage.sendFrame(plain, control.ping, Buffer.from('probe'))
      await stage.until((exchange) => exchange.event('plain', 'pong') !== undefined)
      const leaving = await stage.party('leaving')
      stage.sendFrame(leaving, control.close, normalClosure)
      await stage.until((exchange) => isClosed(exchange, 'leaving'))
    },
    expectations: [
      {
        statement: '7118-D-13',
        title: 'A message in several frames, with a ping between them, is put together and answered.',
        judge: answeredAlike('fragments', 'plain'),
      },
      {
        statement: '7118-D-18',
        title: 'A ping is answered by a pong with the same octets, between fragments too.',
        judge: (exchange) => {
          const [alone, between] = [exchange.event('plain', 'pong probe'), exchange.event('fragments', 'pong between')]
          const sent = exchange.entries.find(({ text }) => text.startsWith('frame 0x89'))
          return alone !== undefined && between !== undefined
            ? pass
            : violation(`no such pong ${alone === undefined ? 'to a ping' : 'between fragments'}`, sent)
        },
      },
      {
        statement: '7118-D-35',
        title: 'A close frame is answered by one.',
        judge: (exchange) => {
          const answer = exchange.event('leaving', 'closed by a close frame')
          const sent = exchange.entries.find(({ text }) => text.startsWith('frame 0x88'))
          return must(answer !== undefined, 'no close frame', sent, exchange.event('leaving', 'closed'))
        },
      },
    ],
  }),
  defineProbe({
    id: 'websocket/bad-frames',
    element: 'server',
    title: 'OPTIONS in a frame with a reserved bit, with a reserved opcode, and as text that is no UTF-8',
    needs: ['ws'],
    async stimulate(stage) {
      const plain = await stage.party('plain')
      await stage.ask(plain, plain.request('OPTIONS', registrarUri(stage)), 'plain')
      await sendIn(stage, 'reserved bit', first.reservedBit, (text) => text)
      await sendIn(stage, 'reserved opcode', first.reservedCode, (text) => text)
      await sendIn(stage, 'no text', first.text, (text) =>
        text.replace('Content-Length', 'Subject: \xff\xfe\r\nContent-Length'),
      )
    },
    expectations: [
      {
        statement: '7118-D-38',
        title: 'A frame with a reserved bit or opcode ends the connection.',
        judge: (exchange) => {
          if (exchange.status('plain') === 0) return inapplicable('OPTIONS is not answered')
          const [taken] = ['reserved bit', 'reserved opcode'].filter((label) => !isClosed(exchange, label))
          return taken === undefined
            ? pass
            : violation(`the connection goes on after a ${taken}`, exchange.sent(taken), exchange.final(taken))
        },
      },
      {
        statement: '7118-D-16',
        title: 'A text message that is no UTF-8 is not taken.',
        judge: (exchange) => {
          if (exchange.status('plain') === 0) return inapplicable('OPTIONS is not answered')
          const final = exchange.final('no text')
          return must(untaken(exchange, 'no text'), 'the request is answered', exchange.sent('no text'), final)
        },
      },
    ],
  }),
]
