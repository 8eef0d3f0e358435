import { beforeAll, expect, test } from 'vitest'
import { capture, tsharkFields } from '../peers/capture.js'
import { freePort, freePortRange } from '../peers/free-port.js'
import { type Lab, startLab } from '../peers/lab.js'
import { bodyOf, establish, mediaAddress, openRawMedia, type RawCall, type RawMedia } from '../peers/raw-call.js'
import { header, headerLines, respond, status } from '../peers/raw-message.js'
import { openRawPhone, type RawPhone } from '../peers/raw-phone.js'
import type { RawTransport } from '../peers/raw-wire.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { runSipp, startSipp } from '../peers/sipp.js'

const pairs: readonly (readonly [RawTransport, RawTransport])[] = [
  ['udp', 'udp'],
  ['udp', 'wss'],
  ['wss', 'udp'],
  ['tcp', 'tls'],
  ['tls', 'tcp'],
  ['ws', 'wss'],
]

let lab: Lab

const phoneOn = async (
  transport: RawTransport,
  user: string,
  headers: readonly string[] = [],
  contact?: string,
): Promise<RawPhone> => {
  const { domain, address, caFile } = lab
  const phone = await openRawPhone({ transport, user, domain, host: address, port: lab[transport], caFile })
  expect(status(await phone.register({ headers, ...(contact === undefined ? {} : { contact }) }))).toBe(200)
  return phone
}

/** Sends audio both ways until both have heard some. */
async function expectAudio(call: RawCall, caller: RawMedia, callee: RawMedia): Promise<void> {
  const towardsCallee = bodyOf(call.answer)
  const towardsCaller = bodyOf(call.invite)
  await expect
    .poll(() => {
      caller.send(towardsCallee, 'from the caller', 2)
      callee.send(towardsCaller, 'from the callee', 2)
      return [new Set(caller.payloads), new Set(callee.payloads)]
    })
    .toEqual([new Set(['from the callee']), new Set(['from the caller'])])
}

describeWithPeers(['kamailio', 'rtpengine', 'sipp', 'tcpdump', 'tshark'], 'calls through the lab', () => {
  beforeAll(async () => {
    lab = await startLab()
  })

  test.each(pairs)('a call from %s to %s has audio both ways, a re-INVITE and a BYE from each side', async (a, b) => {
    const caller = await phoneOn(a, `caller-${a}-${b}`)
    const callee = await phoneOn(b, `callee-${a}-${b}`)
    const here = await openRawMedia(lab.address)
    const there = await openRawMedia(lab.address)
    const call = await establish(caller, callee, here.offer(), there.offer())
    call.caller.send('ACK', 2)
    await callee.take(/^ACK /)

    const offered = mediaAddress(bodyOf(call.invite))
    expect(offered.profile).toBe('RTP/AVP')
    expect(offered.port).not.toBe(here.port)
    expect(mediaAddress(bodyOf(call.answer)).port).not.toBe(there.port)
    expect(headerLines(call.invite, 'Record-Route')).toHaveLength(a === b ? 1 : 2)
    await expectAudio(call, here, there)

    const again = call.callee.request('INVITE', 1, there.offer())
    const reinvite = await caller.take(/^INVITE /)
    caller.send(respond(reinvite, 200, 'OK', { contact: caller.contact, body: here.offer() }))
    expect(status(await again)).toBe(200)
    call.callee.send('ACK', 1)
    await caller.take(/^ACK /)
    await expectAudio(call, here, there)

    const bye = call.caller.request('BYE', 3)
    callee.send(respond(await callee.take(/^BYE /), 200, 'OK'))
    expect(status(await bye)).toBe(200)
  })

  test('phones that registered flows of RFC 5626 reach each other, by flow tokens within the dialog', async () => {
    const open = async (transport: RawTransport, user: string): Promise<RawPhone> => {
      const { domain, address, caFile } = lab
      const options = { transport, user, domain, host: address, port: lab[transport], caFile }
      const phone = await openRawPhone({ ...options, contactParameters: ';ob' })
      const instance = `+sip.instance="<urn:uuid:00000000-0000-4000-8000-00000000000${transport.length}>"`
      const contact = `<${phone.contact}>;reg-id=1;${instance}`
      const answer = await phone.register({ contact, headers: ['Supported: path, outbound'] })
      expect([status(answer), header(answer, 'Require')]).toEqual([200, 'outbound'])
      return phone
    }
    const caller = await open('wss', 'flow-caller')
    const callee = await open('tcp', 'flow-callee')
    const here = await openRawMedia(lab.address)
    const there = await openRawMedia(lab.address)
    const call = await establish(caller, callee, here.offer(), there.offer())
    expect(headerLines(call.invite, 'Record-Route').join()).toMatch(/<sip:[A-Za-z0-9+/=]{20,}@/)
    call.caller.send('ACK', 2)
    await callee.take(/^ACK /)
    await expectAudio(call, here, there)
    const bye = call.callee.request('BYE', 1)
    caller.send(respond(await caller.take(/^BYE /), 200, 'OK'))
    expect(status(await bye)).toBe(200)
  })

  test('calls that have ended leave their media ports to others', async () => {
    // Four ports a call: the fourth call would find none left if the first three held theirs.
    const small = await startLab({ mediaPorts: 14 })
    const open = (user: string): Promise<RawPhone> =>
      openRawPhone({ transport: 'udp', user, domain: small.domain, host: small.address, port: small.udp })
    const caller = await open('many-a')
    const callee = await open('many-b')
    expect(status(await callee.register())).toBe(200)
    const here = await openRawMedia(small.address)
    const ports = new Set<number>()
    for (let i = 0; i < 12; i++) {
      const call = await establish(caller, callee, here.offer(), here.offer())
      ports.add(mediaAddress(bodyOf(call.answer)).port)
      call.caller.send('ACK', 2)
      await callee.take(/^ACK /)
      const bye = call.caller.request('BYE', 3)
      callee.send(respond(await callee.take(/^BYE /), 200, 'OK'))
      expect(status(await bye)).toBe(200)
    }
    expect(ports.has(here.port)).toBe(false)
    expect(ports.size).toBeLessThanOrEqual(7)
  })

  test('a call whose offer comes in the 200 has audio both ways', async () => {
    const caller = await phoneOn('tcp', 'late-caller')
    const callee = await phoneOn('udp', 'late-callee')
    const here = await openRawMedia(lab.address)
    const there = await openRawMedia(lab.address)
    const call = await establish(caller, callee, '', there.offer())
    call.caller.send('ACK', 2, here.offer())
    const ack = await callee.take(/^ACK /)
    expect(mediaAddress(bodyOf(ack)).port).not.toBe(here.port)
    await expectAudio({ ...call, invite: ack }, here, there)
  })

  test('a CANCEL reaches the callee and the caller gets 487', async () => {
    const caller = await phoneOn('wss', 'hasty')
    const callee = await phoneOn('udp', 'slow')
    const here = await openRawMedia(lab.address)
    const final = caller.request('INVITE', callee.uri, { body: here.offer(), callId: 'cancel-me' })
    const invite = await callee.take(/^INVITE /)
    callee.send(respond(invite, 180, 'Ringing', { toTag: 'slow', contact: callee.contact }))
    await caller.take(/^SIP\/2\.0 180/)
    caller.cancel()
    callee.send(respond(await callee.take(/^CANCEL /), 200, 'OK'))
    callee.send(respond(invite, 487, 'Request Terminated', { toTag: 'slow' }))
    expect(status(await final)).toBe(487)
    await callee.take(/^ACK /)
  })

  test('a call to a user with two phones rings both, and the other is cancelled when one answers', async () => {
    const caller = await phoneOn('udp', 'forker')
    const one = await phoneOn('udp', 'shared')
    const two = await phoneOn('wss', 'shared')
    const here = await openRawMedia(lab.address)
    const there = await openRawMedia(lab.address)
    // A CANCEL may only follow a provisional response (RFC 3261 9.1), so the phone that will lose rings first.
    const rings = caller.take(/^SIP\/2\.0 180 .*;tag=two/s)
    const losing = two.take(/^INVITE /).then((invite) => {
      two.send(respond(invite, 180, 'Ringing', { toTag: 'two', contact: two.contact }))
      return invite
    })
    const call = await establish(caller, one, here.offer(), there.offer(), [], rings)
    const other = await losing
    expect(mediaAddress(bodyOf(other)).port).not.toBe(mediaAddress(bodyOf(call.invite)).port)
    call.caller.send('ACK', 2)
    two.send(respond(await two.take(/^CANCEL /), 200, 'OK'))
    two.send(respond(other, 487, 'Request Terminated', { toTag: 'two' }))
    await two.take(/^ACK /)
    await expectAudio(call, here, there)
  })

  test.each(['MESSAGE', 'OPTIONS', 'INFO', 'REFER'])('%s passes to a registered phone and back', async (method) => {
    const caller = await phoneOn('tls', `sender-${method}`)
    const callee = await phoneOn('ws', `receiver-${method}`)
    const answered = caller.request(method, callee.uri, { body: 'hello', headers: ['Content-Type: text/plain'] })
    const request = await callee.take(new RegExp(`^${method} `))
    expect(bodyOf(request)).toBe('hello')
    callee.send(respond(request, 202, 'Accepted', { toTag: 'x', contact: callee.contact }))
    expect(status(await answered)).toBe(202)
  })

  test.each(['INFO', 'UPDATE', 'PRACK', 'REFER', 'NOTIFY'])(
    '%s within a dialog passes from callee to caller',
    async (method) => {
      const caller = await phoneOn('wss', `in-${method}-a`)
      const callee = await phoneOn('udp', `in-${method}-b`)
      const here = await openRawMedia(lab.address)
      const call = await establish(caller, callee, here.offer(), here.offer())
      call.caller.send('ACK', 2)
      const answered = call.callee.request(method, 7)
      caller.send(respond(await caller.take(new RegExp(`^${method} `)), 200, 'OK', { contact: caller.contact }))
      expect(status(await answered)).toBe(200)
    },
  )

  test('a phone that registered for WebRTC or SDES is offered just that, whatever its transport', async () => {
    const caller = await phoneOn('udp', 'plain')
    const here = await openRawMedia(lab.address)
    const seen: Record<string, string> = {}
    for (const media of ['webrtc', 'sdes', 'rtp']) {
      const callee = await phoneOn('tcp', `speaks-${media}`, [`X-Media: ${media}`])
      const final = caller.request('INVITE', callee.uri, { body: here.offer() })
      const invite = await callee.take(/^INVITE /)
      const sdp = bodyOf(invite)
      const found = ['a=fingerprint', 'a=ice-ufrag', 'a=crypto', 'a=rtcp-mux'].filter((line) => sdp.includes(line))
      seen[media] = [mediaAddress(sdp).profile, ...found].join(' ')
      callee.send(respond(invite, 486, 'Busy Here', { toTag: 'busy' }))
      expect(status(await final)).toBe(486)
    }
    expect(seen).toEqual({
      webrtc: 'UDP/TLS/RTP/SAVPF a=fingerprint a=ice-ufrag a=rtcp-mux',
      sdes: 'RTP/SAVP a=crypto',
      rtp: 'RTP/AVP',
    })
  })

  test('a caller that registered for WebRTC and sends no offer is offered WebRTC', async () => {
    const caller = await phoneOn('udp', 'late-browser', ['X-Media: webrtc'])
    const callee = await phoneOn('udp', 'late-desk')
    const there = await openRawMedia(lab.address)
    const call = await establish(caller, callee, '', there.offer())
    expect(mediaAddress(bodyOf(call.answer)).profile).toBe('UDP/TLS/RTP/SAVPF')
    expect(bodyOf(call.answer)).toContain('a=fingerprint')
  })

  test('a call to a user without a phone is answered 480, and a trunk needs no credentials', async () => {
    const caller = await phoneOn('udp', 'lonely')
    expect(status(await caller.request('INVITE', 'sip:nobody@lab.test'))).toBe(480)
    const options = { from: 'sip:+15550100@trunk.test' }
    const answer = await caller.request('INVITE', 'sip:nobody@lab.test', { ...options, password: 'unused' })
    expect(status(answer)).toBe(480)
    expect(header(answer, 'CSeq')).toBe('1 INVITE')
  })

  test('SIPp calls a registered SIPp, with credentials and RTP both ways', async () => {
    const uasPort = await freePort()
    const answering = await phoneOn('udp', 'service', [], `<sip:service@127.0.0.1:${uasPort}>`)
    answering.close()
    const audioPort = await freePortRange(4)
    const seen = await capture('lo', `udp dst port ${audioPort}`)
    const uas = await startSipp({
      scenario: 'call-uas',
      localPort: uasPort,
      mediaPort: await freePortRange(4),
      rtpEcho: true,
      calls: 3,
    })
    const uac = await runSipp({
      scenario: 'call-uac',
      localPort: await freePort(),
      mediaPort: audioPort,
      remote: `127.0.0.1:${lab.udp}`,
      calls: 3,
      concurrent: 1,
      keys: { domain: lab.domain, callee: 'service' },
      args: ['-s', 'sipp', '-au', 'sipp', '-ap', 'psipp'],
    })
    expect(uac).toMatchObject({ exitCode: 0, successful: 3, failed: 0, errors: '' })
    expect(await uas.result()).toMatchObject({ exitCode: 0, successful: 3, failed: 0 })
    await seen.stop()
    const sources = await tsharkFields(seen.file, 'rtp.p_type == 0', ['ip.src'], ['-d', `udp.port==${audioPort},rtp`])
    // Three calls of a second's tone in packets of 20 ms came back by way of the relay; some may end with the call.
    expect(sources.length).toBeGreaterThan(120)
    expect(sources.length).toBeLessThanOrEqual(150)
  })
})
