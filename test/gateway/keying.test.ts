import type { Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import type { GatewayFaults } from '../../src/model/scenario.js'
import type { SrtpKeys } from '../../src/model/srtp.js'
import { cryptoWords, readCrypto, writeCrypto } from '../../src/sdp/crypto.js'
import { srtpKeys } from '../media/srtp/fixture.js'
import { weriftEnd } from '../media/srtp/werift.js'
import { contactOf, fromCallee, hangUp, Lab, portIn, RawCall, register, rtp, until } from './lab.js'
import { bodyOf, header, type RawClient, response, sdp } from './raw-client.js'

let lab: Lab

afterEach(async () => {
  await lab.stop()
})

const suite = 'AES_CM_128_HMAC_SHA1_80'
const callerKeys = srtpKeys(suite, 11)
const calleeKeys = srtpKeys(suite, 77)

/** A description in RTP/SAVP, or in another profile, with these attributes. */
const secureSdp = (port: number, lines: readonly string[], profile = 'RTP/SAVP'): string =>
  `${sdp(port).replace('RTP/AVP', profile)}${lines.map((line) => `${line}\r\n`).join('')}`

const attribute = (tag: number, keys: SrtpKeys): string =>
  writeCrypto({ tag, suite: keys.suite, keys: [keys] }).trimEnd()

const profileIn = (body: string): string => /^m=audio \d+ (\S+)/m.exec(body)?.[1] ?? ''

const attributesIn = (body: string) =>
  cryptoWords(body.split('\r\n')).flatMap((words) => {
    const read = readCrypto(words)
    return 'keys' in read ? [read] : []
  })

/** The gateway's keys in the description that it wrote, for the suite of the tests. */
function keysIn(body: string): SrtpKeys {
  const found = attributesIn(body).find((read) => read.suite === suite)
  if (!found) throw new Error(`no key in\n${body}`)
  return found.keys[0]
}

/** What a party puts on the wire and takes from it: plain, or SRTP by werift under its own and the gateway's keys. */
interface Ear {
  send(packet: Buffer, port: number): void
  readonly heard: Buffer[]
}

function plainEar(socket: Socket): Ear {
  const heard: Buffer[] = []
  socket.on('message', (bytes) => heard.push(bytes))
  return { heard, send: (packet, port) => socket.send(packet, port, '127.0.0.1') }
}

function secureEar(socket: Socket, own: SrtpKeys, gateway: SrtpKeys): Ear {
  const [there, back] = [weriftEnd(own), weriftEnd(gateway)]
  const heard: Buffer[] = []
  // werift throws on what is not authentic.
  socket.on('message', (bytes) => heard.push(back.unprotectRtp(bytes)))
  return { heard, send: (packet, port) => socket.send(there.protectRtp(packet), port, '127.0.0.1') }
}

const packets = (count: number, mark: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => rtp(65_500 + i, mark))

async function passes(from: Ear, port: number, to: Ear, mark: number, count = 100): Promise<void> {
  const before = to.heard.length
  for (const packet of packets(count, mark)) {
    from.send(packet, port)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => to.heard.length >= before + count)
  expect(Buffer.concat(to.heard.slice(before)).equals(Buffer.concat(packets(count, mark)))).toBe(true)
}

async function begin(faults: Partial<GatewayFaults> = {}) {
  lab = await Lab.start({ faults })
  const [caller, callee] = [await lab.client(), await lab.client()]
  return { caller, callee, callerMedia: await lab.media(), calleeMedia: await lab.media() }
}

/** A call from one kind of phone to another; who speaks SRTP does so by werift. */
async function bridged(caller: 'rtp' | 'sdes', callee: 'rtp' | 'sdes', faults: Partial<GatewayFaults> = {}) {
  const parts = await begin(faults)
  await register(parts.callee, 'bob', callee === 'sdes' ? ['X-Media: sdes'] : [])
  return { ...parts, ...(await call(parts, caller, callee)) }
}

async function call(
  parts: { caller: RawClient; callee: RawClient; callerMedia: Socket; calleeMedia: Socket },
  callerKind: 'rtp' | 'sdes',
  calleeKind: 'rtp' | 'sdes',
) {
  const { caller, callee, callerMedia, calleeMedia } = parts
  const port = callerMedia.address().port
  const offer = callerKind === 'sdes' ? secureSdp(port, [attribute(3, callerKeys)]) : sdp(port)
  const made = new RawCall(caller, lab.newCallId(), 'bob', { body: offer })
  made.start()
  const invite = await callee.next(new RegExp(`^INVITE [\\s\\S]*${made.callId}`))
  const offered = bodyOf(invite)
  const tag = attributesIn(offered).find((read) => read.suite === suite)?.tag ?? 0
  const answerPort = calleeMedia.address().port
  const answer = calleeKind === 'sdes' ? secureSdp(answerPort, [attribute(tag, calleeKeys)]) : sdp(answerPort)
  callee.send(response(invite, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`], answer))
  const answered = bodyOf(await made.answered())
  await callee.next(new RegExp(`^ACK [\\s\\S]*${made.callId}`))
  const here = callerKind === 'sdes' ? secureEar(callerMedia, callerKeys, keysIn(answered)) : plainEar(callerMedia)
  const there = calleeKind === 'sdes' ? secureEar(calleeMedia, calleeKeys, keysIn(offered)) : plainEar(calleeMedia)
  return { made, invite, offered, answered, here, there, toCallee: portIn(answered), toCaller: portIn(offered) }
}

const streams = () => lab.gateway.statistics({ calls: true }).calls[0]?.streams ?? []

describe('a call between phones', () => {
  it.each([
    ['rtp', 'rtp'],
    ['rtp', 'sdes'],
    ['sdes', 'rtp'],
    ['sdes', 'sdes'],
  ] as const)('of %s and %s is offered to each as it speaks, and carries RTP both ways', async (a, b) => {
    const { made, callee, offered, answered, here, there, toCallee, toCaller } = await bridged(a, b)
    expect([profileIn(offered), attributesIn(offered).map((read) => read.suite)]).toEqual(
      b === 'rtp'
        ? ['RTP/AVP', []]
        : ['RTP/SAVP', ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_256_GCM', 'AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_32']],
    )
    expect([profileIn(answered), attributesIn(answered).map(({ tag, suite }) => [tag, suite])]).toEqual(
      a === 'rtp' ? ['RTP/AVP', []] : ['RTP/SAVP', [[3, suite]]],
    )
    await passes(here, toCallee, there, 1)
    await passes(there, toCaller, here, 2)
    await hangUp(made, callee)
    expect(streams().map(({ received, relayed, unauthenticated }) => [received, relayed, unauthenticated])).toEqual([
      [100, 100, 0],
      [100, 100, 0],
    ])
  })

  it.each([
    ['a feature tag', (contact: string) => `Contact: ${contact};+sip.media="sdes";expires=60`],
    ['a parameter of its Contact', (contact: string) => `Contact: ${contact.replace('>', ';media=sdes>')};expires=60`],
  ])('knows one that says so by %s', async (_, contact) => {
    const parts = await begin()
    await register(parts.callee, 'bob', [contact(contactOf(parts.callee, 'carol'))])
    const { caller, callee, callerMedia } = parts
    new RawCall(caller, lab.newCallId(), 'bob', { body: sdp(callerMedia.address().port) }).start()
    const profiles = [bodyOf(await callee.next(/^INVITE /)), bodyOf(await callee.next(/^INVITE /))].map(profileIn)
    expect(profiles.sort()).toEqual(['RTP/AVP', 'RTP/SAVP'])
  })

  it('takes RTP/AVP with a=crypto for SRTP, and answers in that profile', async () => {
    const { caller, callee, callerMedia } = await begin()
    await register(callee, 'bob')
    const offer = secureSdp(callerMedia.address().port, [attribute(1, callerKeys)], 'RTP/AVP')
    const made = new RawCall(caller, lab.newCallId(), 'bob', { body: offer })
    made.start()
    const invite = await callee.next(/^INVITE /)
    expect([profileIn(bodyOf(invite)), attributesIn(bodyOf(invite))]).toEqual(['RTP/AVP', []])
    callee.send(response(invite, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`], sdp(9000)))
    const answered = bodyOf(await made.answered())
    expect([profileIn(answered), attributesIn(answered).length]).toEqual(['RTP/AVP', 1])
  })

  it('keeps feedback profiles apart from keying', async () => {
    const { caller, callee, callerMedia } = await begin()
    await register(callee, 'bob', ['X-Media: sdes'])
    const offer = sdp(callerMedia.address().port).replace('RTP/AVP', 'RTP/AVPF')
    new RawCall(caller, lab.newCallId(), 'bob', { body: offer }).start()
    expect(profileIn(bodyOf(await callee.next(/^INVITE /)))).toBe('RTP/SAVPF')
  })

  it('offers each branch of a forked call what its phone speaks', async () => {
    const { caller, callee, callerMedia, calleeMedia } = await begin()
    const other = await lab.client('tcp')
    await register(callee, 'bob')
    await register(other, 'bob', ['X-Media: sdes'])
    const made = new RawCall(caller, lab.newCallId(), 'bob', { body: sdp(callerMedia.address().port) })
    made.start()
    const [plain, secure] = [await callee.next(/^INVITE /), await other.next(/^INVITE /)]
    expect([plain, secure].map((invite) => profileIn(bodyOf(invite)))).toEqual(['RTP/AVP', 'RTP/SAVP'])
    // The phone that was offered plain RTP answers, though the last offer was of SRTP.
    callee.send(response(plain, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`], sdp(calleeMedia.address().port)))
    const answered = bodyOf(await made.answered())
    const [here, there] = [plainEar(callerMedia), plainEar(calleeMedia)]
    await passes(here, portIn(answered), there, 1)
    await passes(there, portIn(bodyOf(plain)), here, 2)
  })

  it('keys an offer that comes in the 200, and its answer in the ACK', async () => {
    const { caller, callee, callerMedia, calleeMedia } = await begin()
    await register(callee, 'bob', ['X-Media: sdes'])
    const made = new RawCall(caller, lab.newCallId(), 'bob')
    made.start()
    const invite = await callee.next(/^INVITE /)
    const offer = secureSdp(calleeMedia.address().port, [attribute(4, calleeKeys)])
    callee.send(response(invite, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`], offer))
    made.ok = await caller.next(/^SIP\/2\.0 200 /)
    const offered = bodyOf(made.ok)
    // Who did not register is offered what the other party speaks.
    expect(profileIn(offered)).toBe('RTP/SAVP')
    const tag = attributesIn(offered).find((read) => read.suite === suite)?.tag ?? 0
    const answer = secureSdp(callerMedia.address().port, [attribute(tag, callerKeys)])
    caller.send(made.inDialog('ACK', { cseq: 1, body: answer }))
    const answered = bodyOf(await callee.next(/^ACK /))
    expect(attributesIn(answered).map((read) => read.tag)).toEqual([4])
    const here = secureEar(callerMedia, callerKeys, keysIn(offered))
    const there = secureEar(calleeMedia, calleeKeys, keysIn(answered))
    await passes(here, portIn(offered), there, 1)
    await passes(there, portIn(answered), here, 2)
  })

  it('follows new keys of a re-INVITE from either side', async () => {
    const parts = await bridged('sdes', 'rtp')
    const { made, caller, callee, callerMedia, calleeMedia, here, there, invite } = parts
    await passes(here, parts.toCallee, there, 1)
    const renewed = srtpKeys(suite, 200)
    const offer = secureSdp(callerMedia.address().port, [attribute(9, renewed)])
    caller.send(made.inDialog('INVITE', { body: offer }))
    const again = await callee.next(/^INVITE [\s\S]*CSeq: 2 /)
    expect(profileIn(bodyOf(again))).toBe('RTP/AVP')
    const contact = `Contact: ${contactOf(callee, 'bob')}`
    callee.send(response(again, '200 OK', [contact], sdp(calleeMedia.address().port)))
    const answered = bodyOf(await caller.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 2 INVITE/))
    expect(attributesIn(answered).map(({ tag }) => tag)).toEqual([9])
    callerMedia.removeAllListeners('message')
    const anew = secureEar(callerMedia, renewed, keysIn(answered))
    await passes(anew, parts.toCallee, there, 3)
    await passes(there, parts.toCaller, anew, 4)

    callee.send(fromCallee(callee, invite, 'INVITE', 1))
    const bare = await caller.next(/^INVITE /)
    caller.send(response(bare, '200 OK', [`Contact: ${contactOf(caller, 'caller')}`], offer, 'caller'))
    expect(profileIn(bodyOf(await callee.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 1 INVITE/)))).toBe('RTP/AVP')
  })

  it.each([
    ['without a key', []],
    ['with suites that nobody has', [`a=crypto:1 F8_128_HMAC_SHA1_80 inline:${'A'.repeat(40)}`]],
    ['with a key of a wrong length', ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA']],
  ])('refuses SRTP %s with 488 and says why', async (_, lines) => {
    const { caller, callee, callerMedia } = await begin()
    await register(callee, 'bob')
    const made = new RawCall(caller, lab.newCallId(), 'bob', { body: secureSdp(callerMedia.address().port, lines) })
    made.start()
    const refusal = await caller.next(/^SIP\/2\.0 488 /)
    expect(header(refusal, 'Warning')).toMatch(/^399 siploadgen\.test "/)
    expect(lab.gateway.statistics()).toMatchObject({ activeCalls: 0, relayPorts: 0 })
  })

  it('takes no packet that is not under the keys of its leg', async () => {
    const { here, there, callerMedia, toCallee } = await bridged('sdes', 'rtp')
    const stranger = weriftEnd(srtpKeys(suite, 5))
    await passes(here, toCallee, there, 1)
    callerMedia.send(rtp(1), toCallee, '127.0.0.1')
    callerMedia.send(stranger.protectRtp(rtp(2)), toCallee, '127.0.0.1')
    await until(() => streams()[0]?.unauthenticated === 2)
    expect([there.heard.length, streams()[0]?.received]).toEqual([100, 102])
  })
})

describe('faults on SRTP legs', () => {
  it('lose exactly as many packets, and delay the others by the fixed time', async () => {
    const { here, there, toCallee } = await bridged('sdes', 'sdes', { rtpLoss: 0.1, rtpDelayMs: 180 })
    const begun = performance.now()
    for (const packet of packets(200, 1)) {
      here.send(packet, toCallee)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => there.heard.length > 0)
    const firstMs = performance.now() - begun
    expect(firstMs).toBeGreaterThan(175)
    await until(() => there.heard.length === 180)
    expect(streams()[0]).toMatchObject({ received: 200, lost: 20, delayed: 180, relayed: 180, unauthenticated: 0 })
  })

  it('mute one direction', async () => {
    const { here, there, toCallee, toCaller } = await bridged('rtp', 'sdes', { muteCallerPercent: 100 })
    for (const packet of packets(20, 1)) here.send(packet, toCallee)
    await passes(there, toCaller, here, 2)
    await until(() => streams()[0]?.muted === 20)
    expect(there.heard.length).toBe(0)
  })

  it('exchange the audio of two calls, each under its own keys', async () => {
    const first = await bridged('sdes', 'rtp', { swapPercent: 50 })
    const media = { callerMedia: await lab.media(), calleeMedia: await lab.media() }
    const second = await call({ caller: first.caller, callee: first.callee, ...media }, 'sdes', 'rtp')
    await until(() => lab.gateway.statistics().swaps === 1)
    await passes(first.here, first.toCallee, second.there, 1)
    await passes(second.here, second.toCallee, first.there, 2)
    await passes(first.there, first.toCaller, second.here, 3)
    await passes(second.there, second.toCaller, first.here, 4)
  })
})
