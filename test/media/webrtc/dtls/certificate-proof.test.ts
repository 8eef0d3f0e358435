import { createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type HandshakeMessage, provesCertificate } from '../../../../src/media/webrtc/dtls/certificate-proof.js'
import { createServerCertificate } from '../../../../src/transport/certificates.js'

const randoms = { client: Buffer.alloc(32, 1), server: Buffer.alloc(32, 2) }
let certificate: Buffer
let signed: (covered: Buffer) => Buffer

beforeAll(async () => {
  const { certPem, keyPem } = await createServerCertificate(['peer.test'])
  const key = createPrivateKey(keyPem)
  certificate = new X509Certificate(certPem).raw
  signed = (covered) => sign('sha256', covered, key)
})

const message = (type: number, body: Buffer): HandshakeMessage => ({
  msg_type: type,
  fragment: body,
  serialize: () => Buffer.concat([Buffer.from([type]), body]),
})

const withLength = (signature: Buffer): Buffer =>
  Buffer.concat([Buffer.from([4, 3, signature.length >> 8, signature.length & 255]), signature])

/** RFC 8422 5.4: a named curve, a point of 32 octets, the signature. */
function keyShare(covered = randoms): HandshakeMessage {
  const share = Buffer.concat([Buffer.from([3, 0, 29, 32]), Buffer.alloc(32, 7)])
  return message(12, Buffer.concat([share, withLength(signed(Buffer.concat([covered.client, covered.server, share])))]))
}

/** RFC 5246 7.4.8: the signature of all handshake messages so far. */
function transcript(change: (covered: Buffer) => Buffer = (covered) => covered): HandshakeMessage[] {
  const before = [message(1, Buffer.from('hello')), message(11, Buffer.from('certificate'))]
  const covered = Buffer.concat(before.map((one) => one.serialize()))
  return [...before, message(15, withLength(signed(change(covered)))), message(20, Buffer.alloc(12))]
}

describe('a server', () => {
  test('proves its certificate by the signature of its key share', () => {
    expect(provesCertificate('server', certificate, [keyShare()], randoms)).toBe(true)
  })

  test('proves nothing by the key share of another handshake', () => {
    const replayed = keyShare({ client: Buffer.alloc(32, 9), server: randoms.server })
    expect(provesCertificate('server', certificate, [replayed], randoms)).toBe(false)
  })

  test.each([0, 3, 40])('proves nothing by a key share of %d octets', (length) => {
    const cut = message(12, keyShare().fragment.subarray(0, length))
    expect(provesCertificate('server', certificate, [cut], randoms)).toBe(false)
  })
})

describe('a client', () => {
  test('proves its certificate by the signature of the handshake', () => {
    expect(provesCertificate('client', certificate, transcript(), randoms)).toBe(true)
  })

  test('proves nothing by the signature of something else', () => {
    const forged = transcript((covered) => Buffer.concat([covered, Buffer.from('.')]))
    expect(provesCertificate('client', certificate, forged, randoms)).toBe(false)
  })

  test('proves nothing without a signature', () => {
    const unsigned = transcript().filter(({ msg_type: type }) => type !== 15)
    expect(provesCertificate('client', certificate, unsigned, randoms)).toBe(false)
  })

  test('proves nothing with a certificate that cannot be read', () => {
    expect(provesCertificate('client', Buffer.from('none'), transcript(), randoms)).toBe(false)
  })
})
