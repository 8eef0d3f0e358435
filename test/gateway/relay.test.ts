import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { collect, contactOf, establish, hangUp, Lab, portIn, RawCall, rtp, sendAll, until } from './lab.js'
import { bodyOf, response, sdp } from './raw-client.js'

let lab: Lab

afterEach(async () => {
  await lab.stop()
})

const packets = (count: number, mark = 0): Buffer[] => Array.from({ length: count }, (_, i) => rtp(i, mark))

const streamsOf = (number = 0) => lab.gateway.statistics({ calls: true }).calls[number]?.streams ?? []

async function talk(to = 'bob') {
  const [caller, callee] = [await lab.client(), await lab.registered(to, 'ws')]
  return { caller, callee, ...(await establish(lab, caller, callee, to)) }
}

describe('the RTP relay', () => {
  it('carries RTP and RTCP both ways byte by byte, and sends from the ports it was given as', async () => {
    lab = await Lab.start()
    const { call, callee, callerMedia, calleeMedia, callerSendsTo, calleeSendsTo } = await talk()
    const sources: number[] = []
    calleeMedia.on('message', (_, from) => sources.push(from.port))
    const [atCaller, atCallee] = [collect(callerMedia), collect(calleeMedia)]
    const [there, back] = [packets(300, 1), packets(200, 2)]
    await Promise.all([sendAll(callerMedia, callerSendsTo, there), sendAll(calleeMedia, calleeSendsTo, back)])
    await until(() => atCallee.length === 300 && atCaller.length === 200)
    expect(Buffer.concat(atCallee).equals(Buffer.concat(there))).toBe(true)
    expect(Buffer.concat(atCaller).equals(Buffer.concat(back))).toBe(true)
    expect(new Set(sources)).toEqual(new Set([calleeSendsTo]))
    await hangUp(call, callee)
    expect(
      streamsOf().map(({ direction, received, relayed, lost }) => ({ direction, received, relayed, lost })),
    ).toEqual([
      { direction: 'caller-to-callee', received: 300, relayed: 300, lost: 0 },
      { direction: 'callee-to-caller', received: 200, relayed: 200, lost: 0 },
    ])
    expect(lab.gateway.statistics().rtp).toMatchObject({ received: 500, relayed: 500 })
  })

  it('carries RTCP between the odd ports, and RTCP on the RTP port as such', async () => {
    lab = await Lab.start()
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const [callerRtcp, calleeRtcp] = [await lab.media(), await lab.media()]
    const withRtcp = (rtcp: number) => `${sdp(9)}a=rtcp:${rtcp}\r\n`
    const call = new RawCall(caller, lab.newCallId(), 'bob', { body: withRtcp(callerRtcp.address().port) })
    call.start()
    const invite = await callee.next(/^INVITE /)
    const contact = `Contact: ${contactOf(callee, 'bob')}`
    callee.send(response(invite, '200 OK', [contact], withRtcp(calleeRtcp.address().port)))
    const ok = await call.answered()
    const rtcpPort = (text: string): number => Number(/^a=rtcp:(\d+)/m.exec(bodyOf(text))?.[1])
    expect(rtcpPort(ok)).toBe(portIn(bodyOf(ok)) + 1)
    const report = Buffer.from('80c9000112345678', 'hex')
    const [atCaller, atCallee] = [collect(callerRtcp), collect(calleeRtcp)]
    callerRtcp.send(report, rtcpPort(ok), '127.0.0.1')
    calleeRtcp.send(report, rtcpPort(invite), '127.0.0.1')
    await until(() => atCaller.length === 1 && atCallee.length === 1)
    expect([...atCaller, ...atCallee]).toEqual([report, report])
    callerRtcp.send(report, portIn(bodyOf(ok)), '127.0.0.1')
    await until(() => streamsOf()[0]?.rtcpReceived === 2)
    expect(streamsOf()[0]).toMatchObject({ received: 0, rtcpReceived: 2, rtcpRelayed: 2 })
  })

  it("follows a party's packets when its SDP lies, and no stray sender", async () => {
    lab = await Lab.start()
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const { callerMedia, calleeMedia, callerSendsTo, calleeSendsTo } = await establish(lab, caller, callee, 'bob')
    const behindNat = await lab.media()
    const stray = await lab.media()
    const [atNat, atStray, atCaller] = [collect(behindNat), collect(stray), collect(callerMedia)]
    behindNat.send(rtp(1), callerSendsTo, '127.0.0.1')
    await until(() => streamsOf()[0]?.received === 1)
    stray.send(rtp(1), callerSendsTo, '127.0.0.1')
    await until(() => streamsOf()[0]?.received === 2)
    calleeMedia.send(rtp(7), calleeSendsTo, '127.0.0.1')
    await until(() => atNat.length === 1)
    expect([atNat.length, atStray.length, atCaller.length]).toEqual([1, 0, 0])
  })

  it('follows a re-INVITE to another address, within the same ports', async () => {
    lab = await Lab.start()
    const { call, callee, callerMedia, calleeMedia, callerSendsTo, calleeSendsTo } = await talk()
    callerMedia.send(rtp(0), callerSendsTo, '127.0.0.1')
    await until(() => streamsOf()[0]?.relayed === 1)
    const moved = await lab.media()
    const atMoved = collect(moved)
    call.caller.send(call.inDialog('INVITE', { body: sdp(moved.address().port) }))
    const invite = await callee.next(/^INVITE /)
    expect(portIn(bodyOf(invite))).toBe(calleeSendsTo)
    callee.send(response(invite, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`], sdp(calleeMedia.address().port)))
    const ok = await call.caller.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 2 INVITE/)
    expect(portIn(bodyOf(ok))).toBe(callerSendsTo)
    calleeMedia.send(rtp(1), calleeSendsTo, '127.0.0.1')
    await until(() => atMoved.length === 1)
    const behindNat = await lab.media()
    const atNat = collect(behindNat)
    behindNat.send(rtp(1), callerSendsTo, '127.0.0.1')
    await until(() => streamsOf()[0]?.received === 2)
    calleeMedia.send(rtp(2), calleeSendsTo, '127.0.0.1')
    await until(() => atNat.length === 1)
  })

  it('carries early media of a 183 and the answer of a delayed offer in ACK', async () => {
    lab = await Lab.start()
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const [callerMedia, calleeMedia] = [await lab.media(), await lab.media()]
    const call = new RawCall(caller, lab.newCallId(), 'bob')
    call.start()
    const invite = await callee.next(/^INVITE /)
    const contact = `Contact: ${contactOf(callee, 'bob')}`
    callee.send(response(invite, '200 OK', [contact], sdp(calleeMedia.address().port)))
    call.ok = await caller.next(/^SIP\/2\.0 200 /)
    caller.send(call.inDialog('ACK', { cseq: 1, body: sdp(callerMedia.address().port) }))
    const ack = await callee.next(/^ACK /)
    const atCaller = collect(callerMedia)
    calleeMedia.send(rtp(3), portIn(bodyOf(ack)), '127.0.0.1')
    await until(() => atCaller.length === 1)

    const early = new RawCall(caller, lab.newCallId(), 'bob', { body: sdp(callerMedia.address().port) })
    early.start()
    const second = await callee.next(new RegExp(`^INVITE [\\s\\S]*${early.callId}`))
    callee.send(response(second, '183 Session Progress', [contact], sdp(calleeMedia.address().port)))
    await caller.next(/^SIP\/2\.0 183 /)
    calleeMedia.send(rtp(4), portIn(bodyOf(second)), '127.0.0.1')
    await until(() => atCaller.length === 2)
  })

  it('frees ports at BYE, refusal and CANCEL', async () => {
    lab = await Lab.start({ rtpPorts: { low: 31_000, high: 31_003 } })
    const [caller, callee] = [await lab.client(), await lab.registered('bob')]
    const { call } = await establish(lab, caller, callee, 'bob')
    expect(lab.gateway.statistics().relayPorts).toBe(2)
    const refused = new RawCall(caller, lab.newCallId(), 'bob', { body: sdp(9) })
    refused.start()
    await caller.next(/^SIP\/2\.0 500 /)
    // A stream that cannot be had fails the re-INVITE and not the call.
    const video = `${sdp(9)}m=video 10 RTP/AVP 96\r\n`
    caller.send(call.inDialog('INVITE', { body: video }))
    await caller.next(/^SIP\/2\.0 500 [\s\S]*CSeq: 2 INVITE/)
    expect(lab.gateway.statistics()).toMatchObject({ relayPorts: 2, activeCalls: 1 })
    await hangUp(call, callee)
    expect(lab.gateway.statistics().relayPorts).toBe(0)
    // Somebody else can have the ports now.
    const free = createSocket('udp4').bind(31_000, '127.0.0.1')
    await once(free, 'listening')
    await new Promise<void>((resolve) => free.close(() => resolve()))
    const busy = new RawCall(caller, lab.newCallId(), 'bob', { body: sdp(9) })
    busy.start()
    callee.send(response(await callee.next(/^INVITE /), '486 Busy Here'))
    await caller.next(/^SIP\/2\.0 486 /)
    expect(lab.gateway.statistics()).toMatchObject({ relayPorts: 0, activeCalls: 0 })
  })

  it('leaves SDP alone when told to', async () => {
    lab = await Lab.start({ relay: false })
    const { invite, callerMedia } = await talk()
    expect(bodyOf(invite)).toBe(sdp(callerMedia.address().port))
    expect(lab.gateway.statistics().relayPorts).toBe(0)
  })
})
