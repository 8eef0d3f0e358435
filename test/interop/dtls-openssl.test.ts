import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { WheelClock } from '../../src/base/wheel-clock.js'
import type { DtlsSession } from '../../src/media/webrtc/dtls/dtls-endpoint.js'
import type { DtlsIdentity } from '../../src/media/webrtc/dtls/dtls-identity.js'
import { matchesFingerprint } from '../../src/media/webrtc/dtls/fingerprint.js'
import type { DtlsRole } from '../../src/model/webrtc.js'
import { createServerCertificate } from '../../src/transport/certificates.js'
import { dtlsIdentities } from '../media/webrtc/dtls/identities.js'
import { atEnd } from '../peers/at-end.js'
import { freePort } from '../peers/free-port.js'
import { type Peer, startPeer } from '../peers/peer.js'
import { describeWithPeers, requirePeer } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

/** OpenSSL's names of the profiles, with the number of octets it is to export. */
const profiles = [
  ['SRTP_AEAD_AES_256_GCM', 'AEAD_AES_256_GCM', 88],
  ['SRTP_AEAD_AES_128_GCM', 'AEAD_AES_128_GCM', 56],
  ['SRTP_AES128_CM_SHA1_80', 'AES_CM_128_HMAC_SHA1_80', 60],
] as const

async function certificateFiles() {
  const { certPem, keyPem } = await createServerCertificate(['peer.test'])
  const folder = temporaryFolder()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(cert, certPem)
  writeFileSync(key, keyPem)
  return ['-cert', cert, '-key', key]
}

/** Keys of certificates other than ours, and suites under which they are used; werift has none of these. */
const keys = [
  ['rsa:2048', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ['rsa:2048', 'ECDHE-RSA-AES128-SHA'],
  ['ec:secp384r1', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['ec:P-256', 'ECDHE-ECDSA-AES128-SHA'],
] as const

async function selfSigned(kind: string): Promise<string[]> {
  const folder = temporaryFolder()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const [algorithm = '', detail = ''] = kind.split(':')
  const newKey = algorithm === 'rsa' ? [kind] : ['ec', '-pkeyopt', `ec_paramgen_curve:${detail}`]
  const files = ['-keyout', key, '-out', cert]
  const made = await startPeer({
    command: requirePeer('openssl'),
    args: ['req', '-x509', '-nodes', '-subj', '/CN=peer.test', '-newkey', ...newKey, ...files],
  })
  await made.exit
  return ['-cert', cert, '-key', key]
}

/** Our end on a socket of its own; `to` is where a client begins, a server answers where it is asked. */
async function ownEnd(identity: DtlsIdentity, role: DtlsRole, to?: number) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let remote: Pick<RemoteInfo, 'address' | 'port'> | undefined = to ? { address: '127.0.0.1', port: to } : undefined
  let settle: (result: DtlsSession | string) => void = () => {}
  const done = new Promise<DtlsSession | string>((resolve) => {
    settle = resolve
  })
  const user = {
    sendDtls: (bytes: Buffer) => remote && socket.send(bytes, remote.port, remote.address),
    onDtlsConnected: settle,
    onDtlsFailed: settle,
  }
  const endpoint = identity.newEndpoint(role, user, new WheelClock())
  socket.on('message', (bytes, from) => {
    remote = from
    endpoint.receive(bytes)
  })
  atEnd(async () => {
    endpoint.close()
    socket.close()
  })
  return { endpoint, done, port: (socket.address() as AddressInfo).port }
}

/** What both ends exported, in the order of RFC 5764 4.2. */
function materialOf(session: DtlsSession | string, role: DtlsRole): string {
  if (typeof session === 'string' || !session.keys) throw new Error(`no keys: ${String(session)}`)
  const { send, receive } = session.keys
  const [client, server] = role === 'client' ? [send, receive[0]] : [receive[0], send]
  const parts = [client.masterKey, server.masterKey, client.masterSalt, server.masterSalt]
  return Buffer.concat(parts).toString('hex').toUpperCase()
}

const common = (profile: string, octets: number): string[] => [
  '-dtls1_2',
  ...['-use_srtp', profile],
  ...['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', String(octets)],
]

const exported = (output: string): string | undefined => /Keying material: ([0-9A-F]+)/.exec(output)?.[1]

async function expectSameKeys(
  own: Awaited<ReturnType<typeof ownEnd>>,
  peer: Peer,
  role: DtlsRole,
): Promise<DtlsSession | string> {
  const session = await own.done
  await expect.poll(() => exported(peer.output()), { timeout: 5000 }).toBe(materialOf(session, role))
  return session
}

describe.each(dtlsIdentities.map((identity) => [identity.kind, identity] as const))('%s', (_kind, identity) => {
  describeWithPeers(['openssl'], 'DTLS-SRTP with OpenSSL', () => {
    test.each(profiles)('as a client with %s exports the same keys', async (profile, suite, octets) => {
      const port = await freePort()
      const peer = await startPeer({
        command: requirePeer('openssl'),
        args: [
          's_server',
          '-port',
          String(port),
          '-Verify',
          '1',
          ...common(profile, octets),
          ...(await certificateFiles()),
        ],
        opensInput: true,
        ready: /ACCEPT/,
      })
      const own = await ownEnd(identity, 'client', port)
      own.endpoint.start()
      const session = await expectSameKeys(own, peer, 'client')
      expect(session).toMatchObject({ keys: { send: { suite } } })
    })

    test.each(profiles)('as a server with %s exports the same keys', async (profile, suite, octets) => {
      const own = await ownEnd(identity, 'server')
      const connect = ['-connect', `127.0.0.1:${own.port}`]
      const peer = await startPeer({
        command: requirePeer('openssl'),
        args: ['s_client', ...connect, ...common(profile, octets), ...(await certificateFiles())],
        opensInput: true,
      })
      const session = await expectSameKeys(own, peer, 'server')
      expect(session).toMatchObject({ keys: { send: { suite } } })
    })

    // Which kinds of keys are read is a choice of the native part.
    if (identity.kind === 'native') {
      test.each(keys)('with a key of %s takes %s', async (kind, cipher) => {
        const port = await freePort()
        const peer = await startPeer({
          command: requirePeer('openssl'),
          args: [
            's_server',
            ...['-port', String(port), '-Verify', '1', '-cipher', cipher],
            ...common('SRTP_AES128_CM_SHA1_80', 60),
            ...(await selfSigned(kind)),
          ],
          opensInput: true,
          ready: /ACCEPT/,
        })
        const own = await ownEnd(identity, 'client', port)
        own.endpoint.start()
        await expectSameKeys(own, peer, 'client')
        expect(peer.output()).toContain(cipher)
      })
    }

    test('tells the certificate of OpenSSL from any other', async () => {
      const port = await freePort()
      const files = await certificateFiles()
      await startPeer({
        command: requirePeer('openssl'),
        args: ['s_server', '-port', String(port), '-Verify', '1', ...common('SRTP_AES128_CM_SHA1_80', 60), ...files],
        opensInput: true,
        ready: /ACCEPT/,
      })
      const print = await startPeer({
        command: requirePeer('openssl'),
        args: ['x509', '-in', files[1] ?? '', '-noout', '-fingerprint', '-sha256'],
      })
      await print.exit
      const value = /=([0-9A-F:]+)/.exec(print.output())?.[1] ?? ''
      const own = await ownEnd(identity, 'client', port)
      own.endpoint.start()
      const session = await own.done
      if (typeof session === 'string') throw new Error(session)
      expect(matchesFingerprint(session.certificate, [{ hash: 'sha-256', value }])).toBe(true)
      expect(matchesFingerprint(session.certificate, [{ hash: 'sha-256', value: value.replace(/^../, '00') }])).toBe(
        false,
      )
    })
  })
})
