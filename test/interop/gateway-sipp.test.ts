import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { EmbeddedGateway } from '../../src/gateway/embedded-gateway.js'
import { gatewayOptions } from '../../src/gateway/gateway-options.js'
import { isTransportFailure } from '../../src/transport/transport.js'
import { describeWithPeers, requirePeer } from '../peers/require-peer.js'

// SIPp writes what it is told; `rrs` and [routes] make it follow Record-Route as RFC 3261 12 wants.
const fields = (extra: string): string => `Call-ID: [call_id]
      ${extra}
      Max-Forwards: 70
      Content-Length: 0
`
const sdpLines = `v=0
      o=user1 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000
`

const uac = (rtpFile: string, ringMs: number): string => `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
  <send retrans="500"><![CDATA[
      INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>
      Call-ID: [call_id]
      CSeq: 1 INVITE
      Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>
      Max-Forwards: 70
      Content-Type: application/sdp
      Content-Length: [len]

      ${sdpLines}]]></send>
  <recv response="100" optional="true"/>
  <recv response="180"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
      ACK [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      From: <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
      ${fields('CSeq: 1 ACK')}
]]></send>
  ${rtpFile === '' ? '' : `<nop><action><exec rtp_stream="${rtpFile},1,0"/></action></nop>`}
  <pause milliseconds="${ringMs}"/>
  <send retrans="500"><![CDATA[
      BYE [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      [routes]
      From: <sip:caller@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
      ${fields('CSeq: 2 BYE')}
]]></send>
  <recv response="200"/>
</scenario>
`

const answer = (
  status: string,
  extra: string,
): string => `<send${status.startsWith('200 OK I') ? ' retrans="500"' : ''}><![CDATA[
      SIP/2.0 ${status.replace(' I', '')}
      [last_Via:]
      [last_Record-Route:]
      [last_From:]
      [last_To:];tag=[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port];transport=[transport]>
      ${extra}]]></send>`

const uas = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="callee">
  <recv request="INVITE" crlf="true"/>
  ${answer('180 Ringing', 'Content-Length: 0\n')}
  ${answer('200 OK I', `Content-Type: application/sdp\n      Content-Length: [len]\n\n      ${sdpLines}`)}
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

]]></send>
</scenario>
`

const registering = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="register">
  <send retrans="500"><![CDATA[
      REGISTER sip:[remote_ip] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:lab@lab.test>;tag=[call_number]
      To: <sip:lab@lab.test>
      Contact: <sip:user[call_number]@[local_ip]:[local_port]>
      Expires: 600
      ${fields('CSeq: 1 REGISTER')}
]]></send>
  <recv response="401" auth="true"/>
  <send retrans="500"><![CDATA[
      REGISTER sip:[remote_ip] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:lab@lab.test>;tag=[call_number]
      To: <sip:lab@lab.test>
      Contact: <sip:user[call_number]@[local_ip]:[local_port]>
      Expires: 600
      [authentication username=lab password=plab]
      ${fields('CSeq: 2 REGISTER')}
]]></send>
  <recv response="200"/>
</scenario>
`

interface Sipp {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  readonly log: () => string
}

describeWithPeers(['sipp'], 'SIPp through the embedded gateway', () => {
  let folder: string
  let gateway: EmbeddedGateway
  const running: Sipp[] = []

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'siploadgen-sipp-'))
  })

  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      if (child.exitCode === null) child.kill('SIGKILL')
      await ended
    }
    await gateway.stop()
    rmSync(folder, { recursive: true })
  })

  function sipp(name: string, scenario: string, options: readonly string[]): Sipp {
    const file = join(folder, `${name}.xml`)
    writeFileSync(file, scenario)
    const errors = join(folder, `${name}.log`)
    const fixed = ['-sf', file, '-i', '127.0.0.1', '-nostdin', '-trace_err', '-error_file', errors]
    const child = spawn(requirePeer('sipp'), [...fixed, ...options], { stdio: 'ignore', cwd: folder })
    const ended = once(child, 'exit').then(([code]) => code as number | null)
    const started = { child, ended, log: () => (existsSync(errors) ? readFileSync(errors, 'utf8') : '') }
    running.push(started)
    return started
  }

  async function start(options: Parameters<typeof gatewayOptions>[0] = {}) {
    gateway = new EmbeddedGateway(gatewayOptions({ algorithms: [], ...options }), new WheelClock())
    const started = await gateway.start()
    if (isTransportFailure(started)) throw new Error(started.text)
    return started.addresses
  }

  async function freePort(): Promise<number> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    await new Promise<void>((resolve) => socket.close(() => resolve()))
    return port
  }

  it.each([
    ['UDP to UDP', 'u1', 'udp', 'u1'],
    ['TCP to UDP', 't1', 'tcp', 'u1'],
    ['UDP to TCP', 'u1', 'udp', 't1'],
  ] as const)('completes every call from %s', async (_, from, transport, to) => {
    const [calleePort, callerPort] = [await freePort(), await freePort()]
    const target = `sip:service@127.0.0.1:${calleePort}${to === 't1' ? ';transport=tcp' : ''}`
    const addresses = await start({ routes: { service: [target] } })
    const callee = sipp('uas', uas, ['-t', to, '-p', `${calleePort}`, '-m', '200', '-timeout', '30'])
    await new Promise((resolve) => setTimeout(resolve, 300))
    const gatewayPort = addresses[transport]?.port
    const load = ['-r', '100', '-m', '200', '-timeout', '30', '-s', 'service']
    const caller = sipp('uac', uac('', 100), ['-t', from, '-p', `${callerPort}`, ...load, `127.0.0.1:${gatewayPort}`])
    const codes = await Promise.all([caller.ended, callee.ended])
    expect(codes, caller.log() + callee.log()).toEqual([0, 0])
    expect(gateway.statistics()).toMatchObject({
      callsAttempted: 200,
      callsAnswered: 200,
      callsEnded: 200,
      relayPorts: 0,
    })
  })

  it('accepts the digest of SIPp', async () => {
    const addresses = await start({ algorithms: ['MD5'], realm: 'lab.test' })
    const load = ['-r', '100', '-m', '100', '-timeout', '20', '-p', `${await freePort()}`]
    const client = sipp('register', registering, [...load, `127.0.0.1:${addresses.udp?.port}`])
    expect(await client.ended, client.log()).toBe(0)
    expect(gateway.statistics()).toMatchObject({ bindings: 100, registrations: 100, challenges: 100 })
  })

  it('relays the RTP of SIPp and its echo', async () => {
    const [calleePort, callerPort] = [await freePort(), await freePort()]
    const addresses = await start({ routes: { service: [`sip:service@127.0.0.1:${calleePort}`] }, algorithms: [] })
    const audio = join(folder, 'speech.raw')
    writeFileSync(audio, Buffer.alloc(8000, 0x55))
    const callee = sipp('uas', uas, ['-p', `${calleePort}`, '-m', '1', '-timeout', '20', '-rtp_echo', '-mp', '34000'])
    await new Promise((resolve) => setTimeout(resolve, 300))
    const load = ['-m', '1', '-timeout', '20', '-s', 'service', '-mp', '35000', '-p', `${callerPort}`]
    const caller = sipp('uac', uac(audio, 1500), [...load, `127.0.0.1:${addresses.udp?.port}`])
    const codes = await Promise.all([caller.ended, callee.ended])
    expect(codes, caller.log() + callee.log()).toEqual([0, 0])
    const [there, back] = gateway.statistics({ calls: true }).calls[0]?.streams ?? []
    expect(there?.received).toBeGreaterThan(40)
    expect(there?.relayed).toBe(there?.received)
    expect(back).toMatchObject({ received: there?.received, relayed: there?.received })
  })
})
