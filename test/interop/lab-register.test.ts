import { beforeAll, expect, test } from 'vitest'
import { isFree } from '../peers/free-port.js'
import { type Lab, startLab } from '../peers/lab.js'
import { header, status } from '../peers/raw-message.js'
import { openRawPhone, type RawPhone } from '../peers/raw-phone.js'
import type { RawTransport } from '../peers/raw-wire.js'
import { describeWithPeers } from '../peers/require-peer.js'

const transports: readonly RawTransport[] = ['udp', 'tcp', 'tls', 'ws', 'wss']

const phoneOn = (lab: Lab, transport: RawTransport, user: string): Promise<RawPhone> =>
  openRawPhone({
    transport,
    user,
    domain: lab.domain,
    host: lab.address,
    port: lab[transport],
    caFile: lab.caFile,
  })

describeWithPeers(['kamailio'], 'the registrar of the lab', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab({ rtpengine: false })
  })

  test.each(transports)('accepts any user over %s whose password is p and the user name', async (transport) => {
    const phone = await phoneOn(lab, transport, `any-${transport}`)
    const answer = await phone.register()
    expect(status(answer)).toBe(200)
    expect(header(answer, 'Contact')).toContain(phone.contact)
    expect(header(answer, 'Contact')).toContain('expires=600')
  })

  test('challenges a wrong password again instead of accepting it', async () => {
    const phone = await phoneOn(lab, 'udp', 'alice')
    const answer = await phone.register({ password: 'wrong' })
    expect(status(answer)).toBe(401)
    expect(header(answer, 'WWW-Authenticate')).toMatch(
      /^Digest realm="lab\.test".*algorithm=MD5.*qop="auth"|qop="auth".*algorithm=MD5/,
    )
  })

  test('answers OPTIONS to itself without a challenge', async () => {
    const phone = await phoneOn(lab, 'wss', 'alice')
    expect(status(await phone.request('OPTIONS', 'sip:lab.test'))).toBe(200)
  })

  test('forgets a phone whose connection is lost', async () => {
    const phone = await phoneOn(lab, 'wss', 'short-lived')
    expect(status(await phone.register())).toBe(200)
    phone.close()
    const other = await phoneOn(lab, 'udp', 'caller')
    await expect
      .poll(async () => status(await other.request('MESSAGE', 'sip:short-lived@lab.test', { body: 'x' })))
      .toBe(480)
  })

  test('registers a flow of RFC 5626 and says so', async () => {
    const phone = await phoneOn(lab, 'wss', 'outbound')
    const contact = `<${phone.contact}>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-4000-8000-000000000001>"`
    const answer = await phone.register({ contact, headers: ['Supported: path, outbound'] })
    expect(status(answer)).toBe(200)
    expect(header(answer, 'Require')).toBe('outbound')
    expect(header(answer, 'Flow-Timer')).toMatch(/^\d+$/)
  })

  test('stores the Path of an edge proxy and returns it', async () => {
    const phone = await phoneOn(lab, 'udp', 'behind-edge')
    const answer = await phone.register({ headers: ['Path: <sip:127.0.0.1:9;lr>', 'Supported: path'] })
    expect(status(answer)).toBe(200)
    expect(header(answer, 'Path')).toContain('<sip:127.0.0.1:9;lr>')
  })

  test('challenges with SHA-256 when started so', async () => {
    const strong = await startLab({ rtpengine: false, algorithm: 'SHA-256' })
    const phone = await phoneOn(strong, 'tcp', 'bob')
    const answer = await phone.register({ password: 'wrong' })
    expect(header(answer, 'WWW-Authenticate')).toContain('algorithm=SHA-256')
    expect(status(await phone.register())).toBe(200)
  })

  test('frees every port when it is stopped', async () => {
    const short = await startLab({ rtpengine: false })
    const ports = [short.udp, short.tls, short.ws, short.wss]
    expect(await Promise.all(ports.map((port) => isFree(port)))).toEqual([false, false, false, false])
    await short.stop()
    expect(await Promise.all(ports.map((port) => isFree(port)))).toEqual([true, true, true, true])
  })
})
