import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { exchangeAddress } from '../../src/drill/relay/address-exchange.js'
import { Fate, type Impairment, unimpaired } from '../../src/drill/relay/impairment.js'

/** The delays of so many datagrams, a millisecond apart. */
function fates(change: Partial<Impairment>, count: number): (readonly number[])[] {
  const fate = new Fate(new Rng(1, 'fate'))
  fate.impair({ ...unimpaired, ...change }, 0)
  return Array.from({ length: count }, (_, i) => fate.datagram(i))
}

describe('a datagram', () => {
  test('passes at once over a path that is well', () => {
    expect(fates({}, 3)).toEqual([[0], [0], [0]])
    expect(new Fate(new Rng(1)).datagram(0)).toEqual([0])
  })

  test('is lost by exact count', () => {
    expect(fates({ loss: 0.1 }, 1000).filter((delays) => delays.length === 0)).toHaveLength(100)
  })

  test('arrives twice by exact count', () => {
    expect(fates({ duplicate: 0.25 }, 1000).filter((delays) => delays.length === 2)).toHaveLength(250)
  })

  test('overtakes by exact count', () => {
    expect(fates({ delayMs: 50, reorder: 0.2 }, 100).filter(([delay]) => delay === 0)).toHaveLength(20)
  })

  test('is held for the delay and a part of the jitter', () => {
    const delays = fates({ delayMs: 50, jitterMs: 20 }, 1000).map(([delay]) => delay ?? -1)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50)
    expect(Math.max(...delays)).toBeLessThan(70)
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(15)
  })

  test('is held the longer the later it comes, when a path dies slowly', () => {
    const delays = fates({ growthMsPerSecond: 100 }, 1001).map(([delay]) => delay)
    expect(delays[0]).toBe(0)
    expect(delays[1000]).toBe(100)
  })

  test('does not pass a silent path', () => {
    expect(fates({ blackhole: true }, 3)).toEqual([[], [], []])
  })
})

describe('the address of a gateway within a message', () => {
  const from = { host: '127.0.0.1', port: 5060 }
  const to = { host: '127.0.0.1', port: 40_000 }
  const exchange = (text: string): string => exchangeAddress(Buffer.from(text, 'latin1'), from, to).toString('latin1')

  test('is exchanged in the head, wherever it stands', () => {
    expect(
      exchange('SIP/2.0 200 OK\r\nRecord-Route: <sip:127.0.0.1:5060;lr>\r\nContact: <sip:127.0.0.1:5060>\r\n\r\n'),
    ).toBe('SIP/2.0 200 OK\r\nRecord-Route: <sip:127.0.0.1:40000;lr>\r\nContact: <sip:127.0.0.1:40000>\r\n\r\n')
  })

  test('is exchanged as the whole of an address only', () => {
    const text = 'INVITE sip:a@127.0.0.1:50601 SIP/2.0\r\nVia: SIP/2.0/UDP 10.127.0.0.1:5060\r\n\r\n'
    expect(exchange(text)).toBe(text)
  })

  test('stays in a body, and in what is no SIP', () => {
    const body = 'MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060\r\n\r\n127.0.0.1:5060'
    expect(exchange(body)).toBe('MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:40000\r\n\r\n127.0.0.1:5060')
    for (const text of ['127.0.0.1:5060', 'GET / HTTP/1.1\r\nHost: 127.0.0.1:5060\r\n\r\n'])
      expect(exchange(text)).toBe(text)
  })
})
