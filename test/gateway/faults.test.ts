import type { Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { callFault } from '../../src/gateway/fault-plan.js'
import { noFaults } from '../../src/gateway/gateway-options.js'
import type { GatewayFaults } from '../../src/model/scenario.js'
import {
  collect,
  contactOf,
  establish,
  fromCallee,
  hangUp,
  Lab,
  RawCall,
  register,
  rtp,
  sendAll,
  until,
} from './lab.js'
import { type RawClient, response, sdp } from './raw-client.js'

let lab: Lab

afterEach(async () => {
  await lab.stop()
})

const packets = (count: number, mark = 0): Buffer[] => Array.from({ length: count }, (_, i) => rtp(i, mark))

async function start(faults: Partial<GatewayFaults>): Promise<{ caller: RawClient; callee: RawClient }> {
  lab = await Lab.start({ faults })
  return { caller: await lab.client(), callee: await lab.registered('bob') }
}

/** An answering party: 200 for INVITE and BYE. */
function answering(callee: RawClient, media: Socket): void {
  callee.onText = (text) => {
    if (text.startsWith('INVITE')) {
      callee.send(response(text, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`], sdp(media.address().port)))
    } else if (/^BYE/.test(text)) callee.send(response(text, '200 OK'))
  }
}

const marks = (received: readonly Buffer[]): number[] => [...new Set(received.map((packet) => packet[12] ?? -1))]

describe('Max-Forwards that is kept', () => {
  it.each([
    [false, 69],
    [true, 70],
  ])('%s: a request leaves with %i', async (keepsMaxForwards, wanted) => {
    const { caller, callee } = await start({ keepsMaxForwards })
    new RawCall(caller, 'hops', 'bob').start()
    expect(await callee.next(/^INVITE /)).toContain(`Max-Forwards: ${wanted}\r\n`)
  })
})

/** What timers usually come late by is taken off, so that delays are right in the middle and single ones less. */
const earliestMs = 3

describe('signalling delay', () => {
  it('holds every forwarded message once, so that 180 comes later by twice the value', async () => {
    const { caller, callee } = await start({ signallingDelayMs: 100 })
    callee.onText = (text) => {
      if (text.startsWith('INVITE')) callee.send(response(text, '180 Ringing'))
    }
    const call = new RawCall(caller, 'delay', 'bob')
    const begin = performance.now()
    call.start()
    await caller.next(/^SIP\/2\.0 180 /)
    const took = performance.now() - begin
    expect(took).toBeGreaterThanOrEqual(200 - 2 * earliestMs)
    expect(took).toBeLessThan(300)
    expect(lab.gateway.statistics()).toMatchObject({ messagesDelayed: 2, requestsForwarded: 1, responsesForwarded: 1 })
  })

  it('does not hold what the gateway answers itself', async () => {
    const { caller } = await start({ signallingDelayMs: 500 })
    const begin = performance.now()
    new RawCall(caller, 'none', 'nobody').start()
    await caller.next(/^SIP\/2\.0 404 /)
    await register(caller, 'caller')
    expect(performance.now() - begin).toBeLessThan(300)
    expect(lab.gateway.statistics().messagesDelayed).toBe(0)
  })

  it('keeps messages in order, CANCEL among them', async () => {
    const { caller, callee } = await start({ signallingDelayMs: 50 })
    const call = new RawCall(caller, 'order', 'bob')
    call.start()
    const invite = await callee.next(/^INVITE /)
    callee.send(response(invite, '180 Ringing'))
    callee.send(response(invite, '183 Session Progress'))
    await caller.next(/^SIP\/2\.0 183 /)
    caller.send(call.invite.replace(/^INVITE/, 'CANCEL').replace('CSeq: 1 INVITE', 'CSeq: 1 CANCEL'))
    const cancel = await callee.next(/^CANCEL /)
    callee.send(response(cancel, '200 OK'))
    callee.send(response(invite, '487 Request Terminated'))
    await caller.next(/^SIP\/2\.0 487 /)
    const statuses = caller.all.map((text) => text.slice(8, 11))
    expect(statuses.filter((status) => status !== '200')).toEqual(['100', '180', '183', '487'])
  })
})

describe('media faults', () => {
  it.each([0.03, 0.25, 1])('loses exactly floor(n * %d) packets of each stream', async (rtpLoss) => {
    const { caller, callee } = await start({ rtpLoss })
    const call = await establish(lab, caller, callee, 'bob')
    const [atCaller, atCallee] = [collect(call.callerMedia), collect(call.calleeMedia)]
    await Promise.all([
      sendAll(call.callerMedia, call.callerSendsTo, packets(410)),
      sendAll(call.calleeMedia, call.calleeSendsTo, packets(190)),
    ])
    await until(() => lab.gateway.statistics().rtp.received === 600)
    const kept = (sent: number): number => sent - Math.floor(sent * rtpLoss)
    await until(() => atCallee.length === kept(410) && atCaller.length === kept(190))
    const [there, back] = lab.gateway.statistics({ calls: true }).calls[0]?.streams ?? []
    expect(there).toMatchObject({ received: 410, relayed: kept(410), lost: Math.floor(410 * rtpLoss) })
    expect(back).toMatchObject({ received: 190, relayed: kept(190), lost: Math.floor(190 * rtpLoss) })
  })

  it('loses packets of one side only where the fault says so', async () => {
    const { caller, callee } = await start({ rtpLoss: 0.25, rtpLossFrom: 'callee' })
    const call = await establish(lab, caller, callee, 'bob')
    await Promise.all([
      sendAll(call.callerMedia, call.callerSendsTo, packets(100)),
      sendAll(call.calleeMedia, call.calleeSendsTo, packets(100)),
    ])
    await until(() => lab.gateway.statistics().rtp.received === 200)
    const [there, back] = lab.gateway.statistics({ calls: true }).calls[0]?.streams ?? []
    expect(there).toMatchObject({ received: 100, relayed: 100, lost: 0 })
    expect(back).toMatchObject({ received: 100, relayed: 75, lost: 25 })
  })

  it('delays by the fixed amount and jitter up to its own, and loses nothing', async () => {
    const { caller, callee } = await start({ rtpDelayMs: 40, rtpJitterMs: 30 })
    const call = await establish(lab, caller, callee, 'bob')
    const sentAt: number[] = []
    const delays: number[] = []
    call.calleeMedia.on('message', (bytes) => {
      delays.push(performance.now() - (sentAt[bytes.readUInt16BE(2)] ?? Number.NaN))
    })
    for (let i = 0; i < 200; i++) {
      sentAt.push(performance.now())
      call.callerMedia.send(rtp(i), call.callerSendsTo, '127.0.0.1')
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await until(() => delays.length === 200)
    const sorted = [...delays].sort((a, b) => a - b)
    expect(sorted[0]).toBeGreaterThanOrEqual(40 - earliestMs)
    // Uniform over 30 ms: the quartiles are 15 ms apart; timers and the loop add a little.
    expect((sorted[150] ?? 0) - (sorted[50] ?? 0)).toBeGreaterThan(9)
    expect((sorted[150] ?? 0) - (sorted[50] ?? 0)).toBeLessThan(21)
    expect(sorted[100]).toBeLessThan(65)
    expect(lab.gateway.statistics().rtp).toMatchObject({ received: 200, relayed: 200, delayed: 200, lost: 0 })
  })

  it('delays RTCP by the fixed amount too, and neither loses nor mutes it', async () => {
    const { caller, callee } = await start({ rtpDelayMs: 80, rtpLoss: 1, muteCallerPercent: 100 })
    const call = await establish(lab, caller, callee, 'bob')
    const report = Buffer.from('80c9000112345678', 'hex')
    const heard = collect(call.calleeMedia)
    const begin = performance.now()
    call.callerMedia.send(report, call.callerSendsTo, '127.0.0.1')
    await until(() => heard.length === 1)
    expect(performance.now() - begin).toBeGreaterThanOrEqual(80 - earliestMs)
    expect(heard).toEqual([report])
  })

  it('counts what was held when the call ended', async () => {
    const { caller, callee } = await start({ rtpDelayMs: 150 })
    const call = await establish(lab, caller, callee, 'bob')
    await sendAll(call.callerMedia, call.callerSendsTo, packets(10))
    await until(() => lab.gateway.statistics().rtp.delayed === 10)
    await hangUp(call.call, callee)
    await until(() => lab.gateway.statistics().rtp.discarded === 10)
    expect(lab.gateway.statistics().rtp.relayed).toBe(0)
  })

  it.each([
    ['caller', { muteCallerPercent: 100 }, { mutedCaller: 1, mutedCallee: 0 }, 'caller-to-callee'],
    ['callee', { muteCalleePercent: 100 }, { mutedCaller: 0, mutedCallee: 1 }, 'callee-to-caller'],
  ] as const)('mutes the %s and nobody else', async (_, faults, counts, direction) => {
    const { caller, callee } = await start(faults)
    const call = await establish(lab, caller, callee, 'bob')
    const [atCaller, atCallee] = [collect(call.callerMedia), collect(call.calleeMedia)]
    await sendAll(call.callerMedia, call.callerSendsTo, packets(50))
    await sendAll(call.calleeMedia, call.calleeSendsTo, packets(50))
    const heard = direction === 'caller-to-callee' ? atCaller : atCallee
    await until(() => heard.length === 50 && lab.gateway.statistics().rtp.received === 100)
    expect(atCaller.length + atCallee.length).toBe(50)
    const statistics = lab.gateway.statistics({ calls: true })
    expect(statistics).toMatchObject(counts)
    for (const stream of statistics.calls[0]?.streams ?? []) {
      const muted = stream.direction === direction ? 50 : 0
      expect(stream).toMatchObject({ received: 50, muted, relayed: 50 - muted })
    }
  })

  it('swaps the audio of two calls, and gives it back when one ends', async () => {
    const { caller, callee } = await start({ swapPercent: 100 })
    const one = await establish(lab, caller, callee, 'bob')
    const two = await establish(lab, caller, callee, 'bob')
    const heard = [one.callerMedia, one.calleeMedia, two.callerMedia, two.calleeMedia].map(collect)
    const speak = async (): Promise<void> => {
      await sendAll(one.callerMedia, one.callerSendsTo, packets(5, 1))
      await sendAll(one.calleeMedia, one.calleeSendsTo, packets(5, 2))
      await sendAll(two.callerMedia, two.callerSendsTo, packets(5, 3))
      await sendAll(two.calleeMedia, two.calleeSendsTo, packets(5, 4))
    }
    await speak()
    await until(() => heard.every((list) => list.length === 5))
    expect(heard.map(marks)).toEqual([[4], [3], [2], [1]])
    const statistics = lab.gateway.statistics({ calls: true })
    expect(statistics.swaps).toBe(1)
    expect(statistics.calls.map(({ number, swappedWith }) => [number, swappedWith])).toEqual([
      [0, 1],
      [1, 0],
    ])
    await hangUp(two.call, callee)
    for (const list of heard) list.length = 0
    await sendAll(one.callerMedia, one.callerSendsTo, packets(5, 1))
    await until(() => heard[1]?.length === 5)
    expect(marks(heard[1] ?? [])).toEqual([1])
  })

  it('takes changed faults at once', async () => {
    const { caller, callee } = await start({})
    const call = await establish(lab, caller, callee, 'bob')
    const atCallee = collect(call.calleeMedia)
    await sendAll(call.callerMedia, call.callerSendsTo, packets(100))
    await until(() => atCallee.length === 100)
    lab.gateway.fault({ rtpLoss: 0.1 })
    await sendAll(call.callerMedia, call.callerSendsTo, packets(100))
    await until(() => atCallee.length === 190)
    lab.gateway.fault({ rtpLoss: 0 })
    await sendAll(call.callerMedia, call.callerSendsTo, packets(100))
    await until(() => atCallee.length === 290)
    expect(lab.gateway.statistics().rtp).toMatchObject({ received: 300, relayed: 290, lost: 10 })
  })
})

describe('call faults', () => {
  it('answers busy, never answers and mutes the calls of the plan, no others, and counts them', async () => {
    const faults = { busyPercent: 20, noAnswerPercent: 10, muteCallerPercent: 5 }
    const { caller, callee } = await start(faults)
    answering(callee, await lab.media())
    const ends: Promise<string>[] = []
    const calls = Array.from({ length: 100 }, () => new RawCall(caller, lab.newCallId(), 'bob', { body: sdp(9) }))
    caller.onText = undefined
    for (const call of calls) {
      call.start()
      ends.push(caller.next(new RegExp(`^SIP/2\\.0 ([2-6]|100 )[\\s\\S]*Call-ID: ${call.callId}\\r`)))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await Promise.all(ends)
    await until(() => lab.gateway.statistics().callsAnswered === 70)
    const seen = calls.map(({ callId }) => {
      const statuses = caller.all.filter((text) => text.includes(callId)).map((text) => text.slice(8, 11))
      return statuses.includes('486') ? 'busy' : statuses.includes('200') ? 'answered' : 'silent'
    })
    const planned = calls.map((_, number) => {
      const fault = callFault(number, { ...noFaults, ...faults })
      return fault === 'busy' ? 'busy' : fault === 'no-answer' ? 'silent' : 'answered'
    })
    expect(seen).toEqual(planned)
    expect(lab.gateway.statistics()).toMatchObject({
      callsAttempted: 100,
      busy: 20,
      noAnswer: 10,
      mutedCaller: 5,
      callsEnded: 20,
      activeCalls: 80,
    })
  })

  it('lets a call that is never answered be cancelled', async () => {
    const { caller, callee } = await start({ noAnswerPercent: 100 })
    const call = new RawCall(caller, 'silent', 'bob')
    call.start()
    await caller.next(/^SIP\/2\.0 100 /)
    caller.send(call.invite.replace(/^INVITE/, 'CANCEL').replace('CSeq: 1 INVITE', 'CSeq: 1 CANCEL'))
    await caller.next(/^SIP\/2\.0 487 /)
    expect(callee.all.filter((text) => text.startsWith('INVITE'))).toEqual([])
    expect(lab.gateway.statistics()).toMatchObject({ noAnswer: 1, activeCalls: 0 })
  })
})

describe('a restart', () => {
  it('loses registrations, calls and connections, and listens on the same ports', async () => {
    lab = await Lab.start({ faults: { restartAfterMs: 400 } })
    const [caller, callee] = [await lab.client(), await lab.registered('bob', 'wss')]
    const over = await lab.client('tcp')
    const { call, invite } = await establish(lab, caller, callee, 'bob')
    await until(() => lab.gateway.statistics().restarts === 1 && callee.closed && over.closed)
    expect(lab.gateway.statistics()).toMatchObject({ bindings: 0, activeCalls: 0, relayPorts: 0 })
    await until(() => lab.gateway.statistics().channels === 1)
    caller.send(call.inDialog('BYE'))
    await caller.next(/^SIP\/2\.0 481 /)
    const again = await lab.registered('bob', 'wss')
    again.send(fromCallee(again, invite, 'BYE', 1))
    await again.next(/^SIP\/2\.0 481 /)
    await hangUp((await establish(lab, caller, again, 'bob')).call, again)
    expect(lab.gateway.statistics()).toMatchObject({ callsAnswered: 2, restarts: 1, failure: undefined })
  })

  it('can be asked for while the gateway runs', async () => {
    const { callee } = await start({})
    lab.gateway.fault({ restartAfterMs: 20 })
    await until(() => lab.gateway.statistics().restarts === 1 && lab.gateway.statistics().channels === 1)
    expect(lab.gateway.statistics().bindings).toBe(0)
    expect(await register(callee, 'bob')).toMatch(/^SIP\/2\.0 200/)
  })
})
