import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startBaresip } from '../peers/baresip.js'
import { capture } from '../peers/capture.js'
import { type Chromium, startChromium } from '../peers/chromium.js'
import { freePort, freePortRange } from '../peers/free-port.js'
import { type Lab, startLab } from '../peers/lab.js'
import { openRawPhone } from '../peers/raw-phone.js'
import { runSipp, startSipp } from '../peers/sipp.js'
import { temporaryFolder } from '../peers/temporary-folder.js'
import { tlsKeysInto } from '../peers/tls-keys.js'
import { sleep } from './browser-call.js'
import type { CapturedTraffic } from './captured-traffic.js'

/** Kamailio's and RTPEngine's alone on this machine: what is to or from it is the traffic. */
const address = '127.77.0.2'
const sippCalls = 3

export interface CapturedPhones {
  readonly traffic: CapturedTraffic
  readonly lab: Lab
  /** How many calls the phones made. */
  readonly calls: number
  /** `address:port` of the SIPp that calls. */
  readonly sipp: string
}

/** Phones of others call each other through Kamailio over UDP, TCP, TLS, WS and WSS while tcpdump captures; none is ours. */
export async function capturePhones(): Promise<CapturedPhones> {
  const lab = await startLab({ address })
  const keyLog = join(temporaryFolder('keys'), 'keys')
  writeFileSync(keyLog, '')
  const recording = await capture('lo', `host ${address}`)
  const chromium = await startChromium({ keyLog })
  const calls = [await callOfDesks(lab, keyLog), await callsOfBrowsers(lab, chromium)]
  const sipp = await callsOfSipp(lab)
  await sleep(300)
  expect((await recording.stop()).dropped).toBe(0)
  const { udp, tls, ws, wss, media } = lab
  const decode = [`udp.port==${udp},sip`, `tcp.port==${udp},sip`, `tls.port==${tls},sip`, `tcp.port==${ws},http`]
  decode.push(`tls.port==${wss},http`, `udp.port==${media},rtp`)
  return { traffic: { file: recording.file, keyLog, decode }, lab, calls: calls[0]! + calls[1]! + sippCalls, sipp }
}

/** A baresip over TCP calls one over TLS with SRTP, holds, goes on, and sends digits. */
async function callOfDesks(lab: Lab, keyLog: string): Promise<number> {
  const caller = await startBaresip({ user: 'tina', lab, transport: 'tcp' })
  const env = await tlsKeysInto(keyLog)
  const callee = await startBaresip({ user: 'silke', lab, transport: 'tls', encryption: 'srtp-mand', env })
  await caller.dial('sip:silke@lab.test')
  await sleep(700)
  await caller.hold()
  await sleep(300)
  await caller.resume()
  await sleep(300)
  await caller.dtmf('12')
  await sleep(700)
  await caller.hangUp()
  await callee.event('CALL_CLOSED')
  return 1
}

/** A Chromium with JsSIP over WSS calls one over WS, holds, goes on and sends a digit, then calls a baresip over UDP. */
async function callsOfBrowsers(lab: Lab, chromium: Chromium): Promise<number> {
  const anna = await chromium.openPhone(lab, 'anna', { toneHz: 500, codecs: ['opus'] })
  await chromium.openPhone(lab, 'bert', { server: `ws://${lab.address}:${lab.ws}`, toneHz: 900, codecs: ['opus'] })
  const call = await anna.call('bert')
  await sleep(700)
  await call.hold()
  await sleep(300)
  await call.resume()
  await sleep(300)
  await call.dtmf('5')
  await sleep(500)
  await call.hangUp()
  const desk = await startBaresip({ user: 'dora', lab })
  const toDesk = await anna.call('dora')
  await sleep(700)
  await toDesk.hangUp()
  await desk.event('CALL_CLOSED')
  return 2
}

/** A SIPp with credentials calls one that rings, answers and plays back what it hears. */
async function callsOfSipp(lab: Lab): Promise<string> {
  const uasPort = await freePort()
  const { address: host, udp, domain } = lab
  const answering = await openRawPhone({ transport: 'udp', user: 'service', domain, host, port: udp })
  await answering.register({ contact: `<sip:service@127.0.0.1:${uasPort}>` })
  answering.close()
  const common = { calls: sippCalls, concurrent: 1 }
  const mediaPort = await freePortRange(4)
  const uas = await startSipp({ ...common, scenario: 'call-uas', localPort: uasPort, mediaPort, rtpEcho: true })
  const localPort = await freePort()
  const uac = await runSipp({
    ...common,
    scenario: 'call-uac',
    localPort,
    mediaPort: await freePortRange(4),
    remote: `${host}:${udp}`,
    keys: { domain, callee: 'service' },
    args: ['-s', 'sipp', '-au', 'sipp', '-ap', 'psipp'],
  })
  expect(uac).toMatchObject({ successful: sippCalls, failed: 0 })
  expect(await uas.result()).toMatchObject({ successful: sippCalls, failed: 0 })
  return `127.0.0.1:${localPort}`
}
