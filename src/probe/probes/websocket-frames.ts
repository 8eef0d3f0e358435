import { registrarUri } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { inapplicable, must, pass, violation } from '../judgement.js'
import { boundaryExpectations, firstOctet, noText, sendFragments } from '../message-boundaries.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'
import type { Stage } from '../stage.js'

/** First octets of frames that RFC 6455 5.2 reserves. */
const reserved = { bit: 0xc1, code: 0x83 } as const
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
      await sendFragments(stage, party, optionsOf(stage, party))
      stage.sendFrame(plain, firstOctet.ping, Buffer.from('probe'))
      await stage.until((exchange) => exchange.event('plain', 'pong') !== undefined)
      const leaving = await stage.party('leaving')
      stage.sendFrame(leaving, firstOctet.close, normalClosure)
      await stage.until((exchange) => isClosed(exchange, 'leaving'))
    },
    expectations: [
      boundaryExpectations.fragments,
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
      await sendIn(stage, 'reserved bit', reserved.bit, (text) => text)
      await sendIn(stage, 'reserved opcode', reserved.code, (text) => text)
      await sendIn(stage, 'no text', firstOctet.text, noText)
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
      boundaryExpectations.noText,
    ],
  }),
]
