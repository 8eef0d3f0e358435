import type { Exchange } from './exchange.js'
import { answered, answeredAlike, anyOf, inapplicable, must, type ProbeVerdict, pass, violation } from './judgement.js'
import type { Party } from './party.js'
import type { Expectation } from './probe.js'
import type { Stage } from './stage.js'

/** First octets of frames (RFC 6455 5.2): FIN, reserved bits, opcode. */
export const firstOctet = { start: 0x01, middle: 0x00, end: 0x80, text: 0x81, close: 0x88, ping: 0x89 } as const

/** One request in three frames with a ping between them, known as `fragments`. */
export async function sendFragments(stage: Stage, party: Party, text: string): Promise<void> {
  const third = Math.floor(text.length / 3)
  stage.note(party, text, 'fragments')
  party.wire.frame?.(firstOctet.start, Buffer.from(text.slice(0, third)))
  party.wire.frame?.(firstOctet.ping, Buffer.from('between'))
  party.wire.frame?.(firstOctet.middle, Buffer.from(text.slice(third, 2 * third)))
  party.wire.frame?.(firstOctet.end, Buffer.from(text.slice(2 * third)))
  await stage.final('fragments')
}

/** Two requests in one message, `first` and `second`. */
export async function sendTogether(stage: Stage, party: Party, first: string, second: string): Promise<void> {
  stage.note(party, `${first}${second}`, 'first', first)
  stage.note(party, `${first}${second}`, 'second', second)
  party.send(`${first}${second}`)
  await stage.until((exchange) => exchange.status('second') > 0)
}

/** One request in two messages, `halves`. */
export async function sendHalves(stage: Stage, party: Party, text: string): Promise<void> {
  const middle = text.length >> 1
  stage.note(party, text, 'halves')
  party.send(text.slice(0, middle))
  party.send(text.slice(middle))
  await stage.final('halves')
}

/** Judged as the request in plain form, `plain`, shows it: that OPTIONS is answered at all. */
const asPlain = (label: string) => answeredAlike(label, 'plain')

function lengthVerdict(exchange: Exchange): ProbeVerdict {
  const surplus = exchange.status('surplus') === 400 ? pass : asPlain('surplus')(exchange)
  if (surplus.verdict !== 'pass') return surplus
  if (exchange.status('long') === 0)
    return violation('the message whose body is cut short is not answered', exchange.sent('long'))
  return answered('long', { accept: anyOf(400), expected: '400' })(exchange)
}

/** A request that nobody may take: no answer, or 400. */
const untaken =
  (label: string, found: string) =>
  (exchange: Exchange): ProbeVerdict => {
    if (exchange.status('plain') === 0) return inapplicable('OPTIONS is not answered')
    const status = exchange.status(label)
    return must(status === 0 || status === 400, found, exchange.sent(label), exchange.final(label))
  }

/** What RFC 7118 5 and RFC 6455 5 make of one message, of servers and of clients. */
export const boundaryExpectations = {
  noLength: {
    statement: '7118-D-10',
    title: 'A message without Content-Length is taken: it ends with the WebSocket message.',
    judge: asPlain('no length'),
  },
  lengths: {
    statement: '7118-D-11',
    title: 'A body that is cut short is answered 400, and bytes behind the body are ignored or answered 400.',
    judge: lengthVerdict,
  },
  fragments: {
    statement: '7118-D-13',
    title: 'A message in several frames, with a ping between them, is put together and answered.',
    judge: asPlain('fragments'),
  },
  together: {
    statement: '7118-D-14',
    title: 'Of two requests in one WebSocket message the second is not answered.',
    judge: (exchange) => {
      if (exchange.status('plain') === 0) return inapplicable('OPTIONS is not answered')
      const second = exchange.final('second')
      return must(second === undefined, 'the request behind the first is answered', exchange.sent('second'), second)
    },
  },
  halves: {
    statement: '7118-D-15',
    title: 'Halves of a request that come in two WebSocket messages are not joined.',
    judge: untaken('halves', 'the request is answered as a whole'),
  },
  noText: {
    statement: '7118-D-16',
    title: 'A text message that is no UTF-8 is not taken.',
    judge: untaken('no text', 'the request is answered'),
  },
} as const satisfies Readonly<Record<string, Expectation>>

/** A request whose octets are no UTF-8, in latin1. */
export const noText = (text: string): string => text.replace('Content-Length', 'Subject: \xff\xfe\r\nContent-Length')
