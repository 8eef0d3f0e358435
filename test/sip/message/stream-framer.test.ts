import { describe, expect, it } from 'vitest'
import { type FramerEvents, type FramerLimits, StreamFramer } from '../../../src/sip/message/stream-framer.js'

class Log implements FramerEvents {
  readonly events: string[] = []
  onMessage(bytes: Buffer): void {
    this.events.push(bytes.toString('latin1'))
  }
  onPing(): void {
    this.events.push('ping')
  }
  onPong(): void {
    this.events.push('pong')
  }
  onMalformed(failure: string): void {
    this.events.push(`malformed ${failure}`)
  }
}

function frame(chunks: readonly string[], limits?: FramerLimits): string[] {
  const log = new Log()
  const framer = new StreamFramer(limits)
  for (const chunk of chunks) framer.push(Buffer.from(chunk, 'latin1'), log)
  return log.events
}

const message = (body: string, name = 'Content-Length'): string => `A b\r\n${name}: ${body.length}\r\n\r\n${body}`
const a = message('one')
const b = message('')

describe('StreamFramer', () => {
  it.each<[string, string[], string[]]>([
    ['one message', [a], [a]],
    ['two in one chunk', [a + b], [a, b]],
    ['a body that looks like a message', [message(b) + a], [message(b), a]],
    ['in halves', [a.slice(0, 9), a.slice(9) + b.slice(0, 3), b.slice(3)], [a, b]],
    ['the compact form', [message('xy', 'l')], [message('xy', 'l')]],
    ['any case and white space', [message('xy', 'CONTENT-length \t')], [message('xy', 'CONTENT-length \t')]],
    ['a folded length', ['A b\r\nContent-Length:\r\n  2 \r\n\r\nxy'], ['A b\r\nContent-Length:\r\n  2 \r\n\r\nxy']],
    ['bare LF', ['A b\nl: 2\n\nxy'], ['A b\nl: 2\n\nxy']],
    ['equal lengths twice', ['A b\r\nl: 2\r\nl: 2\r\n\r\nxy'], ['A b\r\nl: 2\r\nl: 2\r\n\r\nxy']],
    [
      'other names that begin like it',
      ['A b\r\nlx: 9\r\nContent-Language: 7\r\nl: 0\r\n\r\n'],
      ['A b\r\nlx: 9\r\nContent-Language: 7\r\nl: 0\r\n\r\n'],
    ],
  ])('%s', (_, chunks, wanted) => expect(frame(chunks)).toEqual(wanted))

  it.each<[string, string[], string[]]>([
    ['double CRLF is a ping', ['\r\n\r\n'], ['ping']],
    ['single CRLF is a pong', ['\r\n'], ['pong']],
    ['three are a ping and a pong', ['\r\n\r\n\r\n'], ['ping', 'pong']],
    ['a ping between messages', [`${a}\r\n\r\n${b}`], [a, 'ping', b]],
    ['a pong before a message', [`\r\n${a}`], ['pong', a]],
    ['a ping cut inside its second CRLF', ['\r\n\r', '\n'], ['ping']],
    ['a ping cut inside its first CRLF', ['\r', '\n\r\n'], ['ping']],
    ['a ping in two arrivals shows as pong first', ['\r\n', '\r\n'], ['pong', 'ping']],
    ['a pong, later a message, later a pong', ['\r\n', a, '\r\n'], ['pong', a, 'pong']],
    ['a pong, then message and pong', ['\r\n', `${a}\r\n`], ['pong', a, 'pong']],
    ['a bare LF is passed over', [`\n${a}`], [a]],
    ['a bare LF between the halves of a ping', ['\r\n\n\r', `\n${a}`], ['ping', a]],
    ['CRLF CR and a message', ['\r\n\r', `\n${a}`], ['ping', a]],
  ])('%s', (_, chunks, wanted) => expect(frame(chunks)).toEqual(wanted))

  const limits = { headBytes: 40, messageBytes: 60 }
  it.each<[string, string[], string, FramerLimits?]>([
    ['no length', ['A b\r\n\r\n'], 'missing-content-length'],
    ['a negative length', ['A b\r\nl: -1\r\n\r\n'], 'invalid-content-length'],
    ['no digits', ['A b\r\nl: \r\n\r\n'], 'invalid-content-length'],
    ['junk after the digits', ['A b\r\nl: 1 1\r\n\r\n'], 'invalid-content-length'],
    ['digits folded on', ['A b\r\nl: 1\r\n 1\r\n\r\n'], 'invalid-content-length'],
    ['too many digits', ['A b\r\nl: 99999999999\r\n\r\n'], 'invalid-content-length'],
    ['two lengths that differ', ['A b\r\nl: 1\r\nContent-Length: 2\r\n\r\nxy'], 'conflicting-content-length'],
    ['a long head', [`A b\r\nX: ${'x'.repeat(50)}`], 'head-too-large', limits],
    ['a long head of short lines', ['A b\r\n', ...'x:y\r\n'.repeat(20)], 'head-too-large', limits],
    ['a long body', ['A b\r\nl: 60\r\n\r\n'], 'message-too-large', limits],
    ['another protocol', ['GET / HTTP/1.1\r\nHost: x\r\n\r\n'], 'missing-content-length'],
  ])('%s: it says so once and stops', (_, chunks, failure, with_) => {
    expect(frame([...chunks, a, '\r\n\r\n'], with_)).toEqual([`malformed ${failure}`])
  })

  it('takes exactly what the limits allow', () => {
    const atLimit = (headBytes: number, bodyBytes: number): string => {
      const head = `A b\r\nl: ${bodyBytes}\r\nX: `
      return `${head}${'x'.repeat(headBytes - head.length - 4)}\r\n\r\n${'y'.repeat(bodyBytes)}`
    }
    expect(frame([atLimit(40, 20)], limits)).toEqual([atLimit(40, 20)])
    expect(frame([atLimit(41, 19)], limits)).toEqual(['malformed head-too-large'])
    expect(frame([atLimit(40, 21)], limits)).toEqual(['malformed message-too-large'])
  })

  it('gives the head of what it cannot follow, so that it can be answered', () => {
    let head = ''
    new StreamFramer().push(Buffer.from('A b\r\nl: x\r\n\r\nrest'), {
      ...{ onMessage() {}, onPing() {}, onPong() {} },
      onMalformed: (_, bytes) => (head = bytes.toString()),
    })
    expect(head).toBe('A b\r\nl: x\r\n\r\n')
  })

  it('gives bytes that later chunks do not change', () => {
    const kept: Buffer[] = []
    const framer = new StreamFramer()
    const events = { onMessage: (bytes: Buffer) => kept.push(bytes), onPing() {}, onPong() {}, onMalformed() {} }
    const stream = Buffer.from(Array.from({ length: 50 }, (_, i) => message(`body ${i}`)).join(''))
    for (let i = 0; i < stream.length; i += 7) framer.push(stream.subarray(i, i + 7), events)
    expect(kept.map(String)).toEqual(Array.from({ length: 50 }, (_, i) => message(`body ${i}`)))
    expect(framer.pending).toBe(0)
  })

  it('reads a megabyte that arrives byte by byte in linear time', () => {
    const big = message('x'.repeat(1_000_000))
    const bytes = Buffer.from(big)
    const log = new Log()
    const framer = new StreamFramer()
    const start = performance.now()
    for (let i = 0; i < bytes.length; i++) framer.push(bytes.subarray(i, i + 1), log)
    expect(log.events).toEqual([big])
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
