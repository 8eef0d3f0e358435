import { describe, expect, it } from 'vitest'
import { digitOf, EventReceiver, EventSender, eventOf } from '../../../src/media/codec/telephone-event.js'

interface Sent {
  readonly event: number
  readonly end: boolean
  readonly duration: number
  readonly marker: boolean
  readonly timestamp: number
  readonly at: number
}

/** Runs the sender over packet times of 20 ms until it is idle. */
function play(sender: EventSender, clockRate = 8000): (Sent | 'audio')[] {
  const unitsPerMs = clockRate / 1000
  const sent: (Sent | 'audio')[] = []
  const packet = new Uint8Array(16)
  for (let at = 1000; !sender.idle && sent.length < 500; at += 20 * unitsPerMs) {
    if (sender.next(at, 20, unitsPerMs, packet, 12) === 'audio') {
      sent.push('audio')
      continue
    }
    const duration = (packet[14]! << 8) | packet[15]!
    const { marker, timestamp } = sender
    sent.push({ event: packet[12]!, end: (packet[13]! & 0x80) !== 0, duration, marker, timestamp, at })
  }
  return sent
}

describe('EventSender', () => {
  it('sends updates with growing duration and one timestamp, then the end three times (RFC 4733 2.5.1)', () => {
    const sender = new EventSender()
    sender.push('5', 100, 0)
    const sent = play(sender) as Sent[]
    expect(
      sent.map(({ event, end, duration, marker, timestamp }) => [event, end, duration, marker, timestamp]),
    ).toEqual([
      [5, false, 160, true, 1000],
      [5, false, 320, false, 1000],
      [5, false, 480, false, 1000],
      [5, false, 640, false, 1000],
      [5, true, 800, false, 1000],
      [5, true, 800, false, 1000],
      [5, true, 800, false, 1000],
    ])
  })

  it.each([8000, 16_000, 48_000])('counts durations in units of a clock of %i Hz', (clockRate) => {
    const sender = new EventSender()
    sender.push('5', 100, 0)
    const durations = (play(sender, clockRate) as Sent[]).map(({ duration }) => duration / (clockRate / 1000))
    expect(durations).toEqual([20, 40, 60, 80, 100, 100, 100])
  })

  it('sends the pause between digits as audio', () => {
    const sender = new EventSender()
    sender.push('1#', 40, 60)
    const sent = play(sender)
    const shape = sent.map((step) => (step === 'audio' ? '-' : digitOf(step.event)))
    expect(shape.join('')).toBe('1111---####---')
    expect(new Set(sent.flatMap((step) => (step === 'audio' ? [] : [step.timestamp]))).size).toBe(2)
  })

  it('caps the tone at what the duration field holds', () => {
    const sender = new EventSender()
    sender.push('0', 1_000_000, 0)
    expect(Math.max(...(play(sender) as Sent[]).map((sent) => sent.duration))).toBe(65_535)
  })

  it('marks the first packet of a tone that is over at once', () => {
    const sender = new EventSender()
    sender.push('9', 10, 0)
    expect((play(sender) as Sent[]).map(({ marker, end, duration }) => [marker, end, duration])).toEqual([
      [true, true, 80],
      [false, true, 80],
      [false, true, 80],
    ])
  })

  it('leaves out what is no digit', () => {
    const sender = new EventSender()
    sender.push('x ü', 20, 0)
    expect(sender.idle).toBe(true)
  })
})

describe('EventReceiver', () => {
  const payload = (event: number, end: boolean, duration: number) =>
    Uint8Array.of(event, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff)
  const receive = (
    packets: readonly (readonly [event: number, end: boolean, duration: number, timestamp: number])[],
  ) => {
    const receiver = new EventReceiver()
    for (const [event, end, duration, timestamp] of packets)
      receiver.push(payload(event, end, duration), 0, 4, timestamp, 8)
    return receiver.digits
  }

  it.each([
    [
      'one event of several packets is one digit',
      [
        [1, false, 160, 8000],
        [1, false, 320, 8000],
        [1, true, 480, 8000],
        [1, true, 480, 8000],
      ],
      '1',
    ],
    [
      'the same digit twice is two events',
      [
        [1, true, 160, 8000],
        [1, true, 160, 9600],
      ],
      '11',
    ],
    ['only the end arrived', [[11, true, 480, 8000]], '#'],
    [
      'an end that was overtaken by the next digit',
      [
        [1, false, 160, 8000],
        [2, false, 160, 9600],
        [1, true, 480, 8000],
      ],
      '12',
    ],
    [
      'the timestamp wraps',
      [
        [3, true, 160, 0xffff_ff00],
        [4, true, 160, 1000],
      ],
      '34',
    ],
    [
      'events that are no digits',
      [
        [16, true, 160, 8000],
        [255, true, 160, 9000],
      ],
      '',
    ],
    [
      'letters and star',
      [
        [10, true, 160, 1],
        [12, true, 160, 2000],
        [15, true, 160, 4000],
      ],
      '*AD',
    ],
  ] as const)('%s', (_what, packets, digits) => {
    expect(receive(packets)).toBe(digits)
  })

  it('takes no digit from a payload that is too short', () => {
    expect(new EventReceiver().push(Uint8Array.of(1, 0, 0), 0, 3, 5, 8)).toBe(false)
  })

  it('hears what EventSender sends', () => {
    const sender = new EventSender()
    sender.push('0123456789*#ABCD', 100, 50)
    const receiver = new EventReceiver()
    for (const step of play(sender)) {
      if (step !== 'audio') receiver.push(payload(step.event, step.end, step.duration), 0, 4, step.timestamp, 8)
    }
    expect(receiver.digits).toBe('0123456789*#ABCD')
  })
})

it.each([
  ['0', 0],
  ['9', 9],
  ['*', 10],
  ['#', 11],
  ['A', 12],
  ['d', 15],
  ['E', undefined],
  ['', undefined],
  ['12', undefined],
])('the event of %j is %s', (digit, event) => {
  expect(eventOf(digit)).toBe(event)
})
