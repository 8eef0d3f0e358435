/** What makes a stream of a port one of its kind: what its spec has more, and what each end does with the other's. */
export const protections = {
  rtp: { spec: {}, changeOf: ({ local }) => ({ remote: local }) },
  sdes: {
    spec: { keys: 'awaited' },
    changeOf: ({ local }, isFirst) => ({ remote: local, keys: sdesKeys(isFirst) }),
  },
  webrtc: {
    spec: { webrtc: { iceTimeoutMs: 10_000, dtlsTimeoutMs: 10_000 } },
    changeOf: ({ webrtc: { ice, fingerprint }, ssrc }, isFirst) => {
      const dtlsRole = isFirst ? 'server' : 'client'
      return { webrtcRemote: { ice, fingerprints: [fingerprint], controlling: isFirst, dtlsRole, ssrcs: [ssrc] } }
    },
  },
}

function sdesKeys(isFirst) {
  const keysOf = (octet) => ({
    suite: 'AES_CM_128_HMAC_SHA1_80',
    masterKey: Buffer.alloc(16, octet),
    masterSalt: Buffer.alloc(14, octet),
  })
  const [own, other] = [keysOf(isFirst ? 0x5a : 0xa5), keysOf(isFirst ? 0xa5 : 0x5a)]
  return { send: own, receive: [other] }
}

/** Resolves when a stream over ICE and DTLS may send. */
export const pathOf = (port, handle) =>
  new Promise((resolve, reject) => {
    port.watchPath(handle, (event) => (event.kind === 'open' ? resolve() : reject(new Error(event.text))))
  })
