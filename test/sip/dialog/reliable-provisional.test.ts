import { describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { ReliableReceiver, ReliableSender, rackFor } from '../../../src/sip/dialog/reliable-provisional.js'
import { timerValues } from '../../../src/sip/transaction/timers.js'
import { message } from './fixture.js'

const prack = (rseq: number, cseq = 1, method = 'INVITE') =>
  message('PRACK sip:callee@u2 SIP/2.0', { cseq: '2 PRACK', lines: [`RAck: ${rseq} ${cseq} ${method}`] })

function setUp() {
  const clock = new VirtualClock()
  const told: string[] = []
  const sender = new ReliableSender(clock, timerValues(), new Rng(1), {
    sendProvisional: (status, bytes) => told.push(`${clock.nowMs()} ${status} ${bytes.toString()}`),
    onUnacknowledged: () => told.push(`${clock.nowMs()} unacknowledged`),
  })
  const first = sender.rseq
  /** The text of a response is its RSeq, counted from the first. */
  const submit = (status: number) => sender.submit(status, (rseq) => Buffer.from(`#${rseq - first}`))
  return { clock, told, sender, submit }
}

describe('the callee (RFC 3262 3)', () => {
  it('repeats after 500, 1000, 2000 ms and so on without the limit T2, and gives up after 64*T1', () => {
    const { clock, told, submit, sender } = setUp()
    submit(183)
    clock.advance(100_000)
    expect(told).toEqual([
      ...[0, 500, 1500, 3500, 7500, 15_500, 31_500].map((ms) => `${ms} 183 #1`),
      '32000 unacknowledged',
    ])
    expect([sender.pending, clock.armedCount]).toEqual([false, 0])
  })

  it('a second response waits for the PRACK of the first and has the next RSeq', () => {
    const { clock, told, submit, sender } = setUp()
    submit(183)
    submit(180)
    clock.advance(700)
    expect(told).toEqual(['0 183 #1', '500 183 #1'])
    expect(sender.acknowledge(prack(sender.rseq), 1)).toBe(true)
    expect(told.at(-1)).toBe('700 180 #2')
    expect(sender.acknowledge(prack(sender.rseq), 1)).toBe(true)
    clock.advance(100_000)
    expect(told).toHaveLength(3)
  })

  it.each([
    ['another RSeq', 1, 1, 'INVITE'],
    ['another CSeq', 0, 2, 'INVITE'],
    ['another method', 0, 1, 'UPDATE'],
  ])('a PRACK for %s matches nothing', (_, add, cseq, method) => {
    const { sender, submit } = setUp()
    submit(180)
    expect(sender.acknowledge(prack(sender.rseq + add, cseq, method), 1)).toBe(false)
    expect(sender.pending).toBe(true)
  })

  it('a PRACK matches once, and one without RAck never', () => {
    const { sender, submit } = setUp()
    submit(180)
    expect(sender.acknowledge(message('PRACK sip:x SIP/2.0'), 1)).toBe(false)
    expect(sender.acknowledge(prack(sender.rseq), 1)).toBe(true)
    expect(sender.acknowledge(prack(sender.rseq), 1)).toBe(false)
  })

  it('after a final response nothing is repeated or started, and an outstanding PRACK still matches', () => {
    const { clock, told, sender, submit } = setUp()
    submit(183)
    submit(180)
    sender.stop()
    clock.advance(60_000)
    expect(sender.acknowledge(prack(sender.rseq), 1)).toBe(true)
    expect(told).toEqual(['0 183 #1'])
  })

  it.each([
    ['lowest', (low: number, _high: number) => low, 1],
    ['highest', (_low: number, high: number) => high, 2 ** 31 - 999],
  ])('the %s first RSeq leaves 1 to 2**31 - 1 to it and its successors', (_, integer, rseq) => {
    const rng = Object.assign(new Rng(1), { integer })
    const sender = new ReliableSender(new VirtualClock(), timerValues(), rng, {
      sendProvisional() {},
      onUnacknowledged() {},
    })
    sender.submit(180, () => Buffer.alloc(0))
    expect(sender.rseq).toBe(rseq)
  })
})

describe('the caller (RFC 3262 4)', () => {
  const ringing = (rseq: number | undefined, require = '100rel', status = 180) =>
    message(`SIP/2.0 ${status} x`, {
      lines: [...(require === '' ? [] : [`Require: ${require}`]), ...(rseq === undefined ? [] : [`RSeq: ${rseq}`])],
    })

  it.each([
    ['in order', [7, 8, 9], ['acknowledge', 'acknowledge', 'acknowledge']],
    ['a copy', [7, 7, 8, 7], ['acknowledge', 'repeated', 'acknowledge', 'repeated']],
    ['a gap', [7, 9, 8, 9], ['acknowledge', 'out-of-order', 'acknowledge', 'acknowledge']],
  ])('%s', (_, rseqs, said) => {
    const receiver = new ReliableReceiver()
    expect(rseqs.map((rseq) => receiver.receive(ringing(rseq)))).toEqual(said)
  })

  it.each([
    ['no Require', ringing(7, '')],
    ['another option', ringing(7, 'timer')],
    ['no RSeq', ringing(undefined)],
    ['RSeq 0', ringing(0)],
    ['100 Trying', ringing(7, '100rel', 100)],
  ])('%s is unreliable', (_, response) => {
    expect(new ReliableReceiver().receive(response)).toBe('unreliable')
  })

  it('finds 100rel among other options, in any case', () => {
    expect(new ReliableReceiver().receive(ringing(7, 'timer, 100REL'))).toBe('acknowledge')
  })

  it('RAck names RSeq, CSeq number and method', () => {
    expect(rackFor(ringing(776656))).toBe('776656 1 INVITE')
  })
})
