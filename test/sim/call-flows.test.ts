import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import type { Dialog } from '../../src/sip/dialog/dialog.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { toWire } from '../../src/sip/message/wire.js'
import { dropFirst, LossyNetwork, type NetworkOptions } from './lossy-network.js'
import { type AnswerPlan, UserAgent } from './user-agent.js'

function setUp(plan: AnswerPlan, options: NetworkOptions = {}) {
  const clock = new VirtualClock()
  const network = new LossyNetwork(clock, options)
  const caller = new UserAgent(network, 'caller', { host: '127.0.0.1', port: 5060 })
  const callee = new UserAgent(network, 'callee', { host: '127.0.0.2', port: 5060 })
  callee.plan = plan
  const dialogOf = (agent: UserAgent): Dialog => [...agent.dialogs.values()][0] as Dialog
  return { clock, network, caller, callee, dialogOf }
}

describe('call flows in the manner of RFC 3665', () => {
  it.each([false, true])('3.1 successful session, ended by the caller (reliable transport: %s)', (reliable) => {
    const { clock, network, caller, callee, dialogOf } = setUp(
      { ringAfterMs: 50, answerAfterMs: 3000 },
      { reliable, delayMs: 10 },
    )
    caller.invite()
    clock.advance(5000)
    expect(dialogOf(caller).state).toBe('confirmed')
    caller.send(dialogOf(caller), 'BYE')
    clock.advance(100)
    expect(network.ladder).toEqual([
      'caller INVITE',
      'callee 180 INVITE',
      'callee 200 INVITE',
      'caller ACK',
      'caller BYE',
      'callee 200 BYE',
    ])
    expect(network.packets.map((packet) => packet.message.cseq)).toEqual([1, 1, 1, 1, 2, 2])
    expect(dialogOf(callee).state).toBe('terminated')
    clock.advance(40_000)
    expect([caller.side.layer.clientCount, callee.side.layer.serverCount, clock.armedCount]).toEqual([0, 0, 0])
  })

  it('ended by the callee, whose numbers begin at 1', () => {
    const { clock, network, caller, callee, dialogOf } = setUp({ answerAfterMs: 0 })
    caller.invite()
    clock.advance(1000)
    callee.send(dialogOf(callee), 'BYE')
    clock.advance(1000)
    expect(network.ladder.slice(-2)).toEqual(['callee BYE', 'caller 200 BYE'])
    expect(network.packets.at(-1)?.message.cseq).toBe(1)
    expect(network.packets.at(-2)?.message.requestUri).toBe('sip:caller@127.0.0.1:5060')
  })

  it('3.8 unsuccessful: the caller cancels while it rings', () => {
    const { clock, network, caller } = setUp({ ringAfterMs: 50 }, { delayMs: 10 })
    const tx = caller.invite()
    clock.advance(2000)
    tx.cancel(caller)
    clock.advance(1000)
    expect(network.ladder).toEqual([
      'caller INVITE',
      'callee 180 INVITE',
      'caller CANCEL',
      'callee 200 CANCEL',
      'callee 487 INVITE',
      'caller ACK',
    ])
    expect(caller.told.map((line) => line.replace(/^\d+ /, ''))).toEqual(['180 INVITE', '200 CANCEL', '487 INVITE'])
    const tags = network.packets.filter((p) => /^(200|487)/.test(p.summary)).map((p) => p.message.toTag)
    expect(new Set(tags).size).toBe(1)
  })

  it('the CANCEL crosses the 200: the call is up, and the CANCEL is answered all the same', () => {
    const { clock, network, caller, dialogOf } = setUp({ ringAfterMs: 0, answerAfterMs: 1000 }, { delayMs: 10 })
    const tx = caller.invite()
    clock.advance(1005)
    tx.cancel(caller)
    clock.advance(1000)
    expect(network.ladder).toContain('callee 200 CANCEL')
    expect(network.ladder).not.toContain('callee 487 INVITE')
    expect(dialogOf(caller).state).toBe('confirmed')
  })

  it('3.9 unsuccessful: busy', () => {
    const { clock, network, caller } = setUp({ answerAfterMs: 0, status: 486 })
    caller.invite()
    clock.advance(1000)
    expect(network.ladder).toEqual(['caller INVITE', 'callee 486 INVITE', 'caller ACK'])
    expect(caller.dialogs.size).toBe(0)
  })

  it('3.10 unsuccessful: no response at all', () => {
    const { clock, caller } = setUp({}, { drop: (summary) => summary === 'INVITE' })
    caller.invite()
    clock.advance(40_000)
    expect(caller.told).toEqual(['32000 timeout INVITE'])
  })
})

describe('2xx and ACK under loss (RFC 3261 13.2.2.4, 13.3.1.4)', () => {
  it.each([false, true])('a lost ACK is sent again for the next 2xx (reliable transport: %s)', (reliable) => {
    const { clock, network, caller, callee } = setUp({ answerAfterMs: 0 }, { reliable, drop: dropFirst('ACK', 2) })
    caller.invite()
    clock.advance(20_000)
    expect(network.times('callee', '200 INVITE')).toEqual([0, 500, 1500])
    expect(network.times('caller', 'ACK')).toEqual([0, 500, 1500])
    expect(callee.told).toEqual(['0 INVITE', '1500 ACK'])
  })

  it('a 2xx that was lost comes again although the INVITE is repeated, too', () => {
    const { clock, network, caller } = setUp({ answerAfterMs: 0 }, { drop: dropFirst('200 INVITE', 2) })
    caller.invite()
    clock.advance(20_000)
    expect(network.times('callee', '200 INVITE')).toEqual([0, 500, 1500])
    expect(caller.told).toEqual(['1500 200 INVITE'])
  })

  it('without any ACK the callee hangs up after 32 s', () => {
    const { clock, network, caller, callee } = setUp({ answerAfterMs: 0 }, { drop: (summary) => summary === 'ACK' })
    caller.invite()
    clock.advance(40_000)
    expect(callee.told.slice(0, 2)).toEqual(['0 INVITE', '32000 no ACK'])
    expect(network.times('callee', 'BYE')).toEqual([32_000])
  })
})

describe('reliable provisional responses under loss (RFC 3262)', () => {
  it('a lost 180 is repeated, its PRACK answered, and the 200 follows', () => {
    const { clock, network, caller } = setUp(
      { ringAfterMs: 0, reliable: true, answerAfterMs: 5000 },
      { drop: dropFirst('180 INVITE', 2) },
    )
    caller.invite()
    clock.advance(6000)
    // At 500 ms the copy of the INVITE and the callee's own repetition both bring the 180; one PRACK answers.
    expect(network.times('callee', '180 INVITE').slice(0, 3)).toEqual([0, 500, 500])
    expect(network.times('caller', 'PRACK')).toEqual([500])
    expect(network.ladder.slice(-4)).toEqual(['caller PRACK', 'callee 200 PRACK', 'callee 200 INVITE', 'caller ACK'])
  })

  it('without any PRACK the call is refused with 504 after 32 s', () => {
    const { clock, caller } = setUp({ ringAfterMs: 0, reliable: true }, { drop: (summary) => summary === 'PRACK' })
    caller.invite()
    clock.advance(32_000)
    expect(caller.told.at(-1)).toBe('32000 504 INVITE')
  })
})

describe('dialogs', () => {
  it('two forks that answer are two dialogs with ACKs of their own', () => {
    const { clock, network, caller } = setUp({}, {})
    const tx = caller.invite()
    const answer = (status: number, tag: string): void =>
      caller.side.layer.receive(
        caller.side,
        { host: '127.0.0.2', port: 5060 },
        SipMessage.parse(
          toWire(
            `SIP/2.0 ${status} x\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=${tx.branch}\r\n` +
              `From: <sip:caller@example.com>;tag=caller\r\nTo: <sip:callee@example.com>;tag=${tag}\r\nCall-ID: call\r\n` +
              `CSeq: 1 INVITE\r\nContact: <sip:${tag}@127.0.0.2:5060>\r\nContent-Length: 0\r\n\r\n`,
          ),
        ),
      )
    for (const [status, tag] of [
      [180, 'a'],
      [183, 'b'],
      [200, 'b'],
      [200, 'a'],
      [200, 'b'],
    ] as const) {
      answer(status, tag)
    }
    clock.advance(10)
    const acks = network.packets.filter((packet) => packet.summary === 'ACK').map((p) => p.message)
    expect(acks.map((ack) => [ack.toTag, ack.requestUri])).toEqual([
      ['b', 'sip:b@127.0.0.2:5060'],
      ['a', 'sip:a@127.0.0.2:5060'],
      ['b', 'sip:b@127.0.0.2:5060'],
    ])
    expect(acks[0]?.text).toBe(acks[2]?.text)
    expect(acks[0]?.topVia.branch).not.toBe(acks[1]?.topVia.branch)
    expect([...caller.dialogs.values()].map((dialog) => dialog.state)).toEqual(['confirmed', 'confirmed'])
  })

  it('a request whose number is too low is answered 500, one that skips numbers 200', () => {
    const { clock, network, caller, dialogOf } = setUp({ answerAfterMs: 0 })
    caller.invite()
    clock.advance(1000)
    const dialog = dialogOf(caller)
    dialog.localCseq = 0
    caller.send(dialog, 'INFO')
    clock.advance(10)
    expect(network.ladder.at(-1)).toBe('callee 500 INFO')
    dialog.localCseq = 10
    caller.send(dialog, 'INFO')
    clock.advance(10)
    expect(network.ladder.at(-1)).toBe('callee 200 INFO')
  })
})
