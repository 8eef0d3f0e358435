import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FramerEvents, StreamFramer } from '../../src/sip/message/stream-framer.js'
import { callFlowMessages, tortureMessages } from '../sip/message/corpus.js'

class Log implements FramerEvents {
  readonly messages: string[] = []
  onMessage(bytes: Buffer): void {
    this.messages.push(bytes.toString('latin1'))
  }
  onPing(): void {}
  onPong(): void {}
  onMalformed(failure: string): void {
    this.messages.push(`malformed ${failure}`)
  }
}

/** Pushes the stream in pieces that end at the given offsets. */
function framed(stream: Buffer, cuts: readonly number[]): string[] {
  const log = new Log()
  const framer = new StreamFramer()
  let start = 0
  for (const cut of [...cuts, stream.length]) {
    framer.push(stream.subarray(start, cut), log)
    start = cut
  }
  return log.messages
}

const whole = (text: string): boolean => !text.includes('\0') && /content-length: \d+\r\n/i.test(text)
const messages = callFlowMessages()
  .filter((row) => row.defects.length === 0 && whole(row.text))
  .map((row) => row.text)

describe('a stream', () => {
  const few = [messages[0], messages[1], '\r\n\r\n', messages[2], '\r\n', messages[3]].join('')

  it('gives the same messages for every split in two', () => {
    const stream = Buffer.from(few, 'latin1')
    const wanted = messages.slice(0, 4)
    for (let cut = 0; cut <= stream.length; cut++) expect(framed(stream, [cut])).toEqual(wanted)
  })

  it('gives the same messages byte by byte and in pieces of every small size', () => {
    const stream = Buffer.from(few, 'latin1')
    for (let size = 1; size <= 64; size++) {
      const cuts = Array.from({ length: Math.floor(stream.length / size) }, (_, i) => (i + 1) * size)
      expect(framed(stream, cuts)).toEqual(messages.slice(0, 4))
    }
  })

  it('gives the same messages for any order of messages and keep-alives, and any splits', () => {
    const part = fc.oneof(fc.constantFrom(...messages), fc.constantFrom('\r\n', '\r\n\r\n', '\r\n\r\n\r\n'))
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.array(fc.nat(8000), { maxLength: 30 }), (parts, splits) => {
        const stream = Buffer.from(parts.join(''), 'latin1')
        const cuts = splits.filter((cut) => cut < stream.length).sort((a, b) => a - b)
        expect(framed(stream, cuts)).toEqual(parts.filter((each) => each.trim() !== ''))
      }),
    )
  })

  it('gives the same messages, or fails the same way, for any bytes and any splits', () => {
    const parts = fc.array(
      fc.constantFrom(
        'A b\r\n',
        'l: 2\r\n',
        'l: 0\r\n',
        'L:\r\n 1\r\n',
        '\r\n',
        '\r',
        '\n',
        'xy',
        ' ',
        'Content-Length: 3\n',
        'l: -1\r\n',
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(parts, fc.array(fc.nat(100), { maxLength: 20 }), (pieces, splits) => {
        const stream = Buffer.from(pieces.join(''), 'latin1')
        const cuts = splits.filter((cut) => cut < stream.length).sort((a, b) => a - b)
        expect(framed(stream, cuts)).toEqual(framed(stream, []))
      }),
      { numRuns: 3000, examples: [[['\r\n', '\n', '\n', '\r', 'A b\r\n'], [5]]] },
    )
  })

  it('of torture messages ends at the first that cannot be framed', () => {
    const row = tortureMessages(4475).find((each) => each.name === 'ncl')
    const stream = Buffer.concat([
      Buffer.from(few, 'latin1'),
      row?.bytes ?? Buffer.alloc(0),
      Buffer.from(few, 'latin1'),
    ])
    expect(framed(stream, [100, 1000])).toEqual([...messages.slice(0, 4), 'malformed invalid-content-length'])
  })
})
