import { createRequire } from 'node:module'
import type { SrtpKeys } from '../../../src/model/srtp.js'
import { srtpSuites } from '../../../src/model/srtp.js'

/** What the tests use of werift, another implementation; it knows two of the four suites. */
interface Werift {
  readonly RtpHeader: { deSerialize(bytes: Buffer): WeriftHeader }
  readonly SrtpSession: new (
    config: object,
  ) => {
    encrypt(payload: Buffer, header: WeriftHeader): Buffer
    decrypt(bytes: Buffer): Buffer
  }
  readonly SrtcpSession: new (config: object) => { encrypt(packet: Buffer): Buffer; decrypt(bytes: Buffer): Buffer }
}

interface WeriftHeader {
  readonly payloadOffset: number
}

const werift: Werift = createRequire(import.meta.url)('werift')

export const weriftSuites = ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM'] as const

/** Both directions of werift under one key. */
export function weriftEnd(keys: SrtpKeys) {
  const key = Buffer.from(keys.masterKey)
  const salt = Buffer.from(keys.masterSalt)
  const config = {
    keys: { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt },
    profile: srtpSuites[keys.suite].dtlsProfile,
  }
  const rtp = new werift.SrtpSession(config)
  const rtcp = new werift.SrtcpSession(config)
  return {
    protectRtp(packet: Buffer): Buffer {
      const header = werift.RtpHeader.deSerialize(packet)
      return rtp.encrypt(packet.subarray(header.payloadOffset), header)
    },
    unprotectRtp: (bytes: Buffer): Buffer => rtp.decrypt(bytes),
    protectRtcp: (packet: Buffer): Buffer => rtcp.encrypt(packet),
    unprotectRtcp: (bytes: Buffer): Buffer => rtcp.decrypt(bytes),
  }
}
