import type { DtlsClient, DtlsServer } from 'werift'
import type { StreamKeys } from '../../../model/srtp.js'
import type { DtlsRole } from '../../../model/webrtc.js'
import { provesCertificate } from './certificate-proof.js'
import type { DtlsIdentity } from './dtls-identity.js'
import { recordKind } from './dtls-record.js'
import { OutgoingRecords } from './outgoing-records.js'
import { exportedBytes, splitKeyingMaterial, srtpExporterLabel, srtpProfiles } from './srtp-profile.js'

/** What a handshake ends with. */
export interface DtlsSession {
  /** The far side's certificate, in DER; it has proven that it owns the key. */
  readonly certificate: Buffer
  /** Keys for what this side sends and receives; undefined: no SRTP profile was agreed on. */
  readonly keys: StreamKeys | undefined
}

export interface DtlsUser {
  /** Puts a datagram on the way to the far side. */
  sendDtls(bytes: Buffer): void
  onDtlsConnected(session: DtlsSession): void
  /** A fatal alert, or a far side that does not own its certificate. */
  onDtlsFailed(failure: 'dtls-alert' | 'certificate-unproven', text: string): void
}

type WeriftSocket = DtlsClient | DtlsServer
type WeriftOptions = ConstructorParameters<typeof DtlsClient>[0]

/** Flights after this one do not exist: werift stops repeating the present one. */
const pastEveryFlight = 99

/**
 * One DTLS 1.2 association over werift, client or server, for SRTP keys (RFC 5764). werift repeats flights on timers of
 * its own; what bounds the handshake as a whole is its user's timer.
 */
export class DtlsEndpoint {
  readonly #user: DtlsUser
  readonly #role: DtlsRole
  readonly #socket: WeriftSocket
  readonly #transport: WeriftOptions['transport']
  readonly #records: OutgoingRecords
  #connected = false
  #closed = false
  /** What werift said last, for the text of a handshake that never ends. */
  lastError = ''

  constructor(role: DtlsRole, identity: DtlsIdentity, user: DtlsUser) {
    this.#user = user
    this.#role = role
    this.#transport = {
      type: 'udp',
      address: { address: '', family: '', port: 0 },
      closed: false,
      onData: () => {},
      send: async (bytes) => {
        if (!this.#closed) this.#records.send(bytes)
      },
      close: async () => {},
    }
    const options = {
      transport: this.#transport,
      // werift's type names two profiles; it passes any number through to the handshake.
      srtpProfiles: srtpProfiles.map(({ id }) => id) as number[] as NonNullable<WeriftOptions['srtpProfiles']>,
      extendedMasterSecret: true,
      certificateRequest: role === 'server',
    }
    const { werift } = identity
    this.#socket = role === 'client' ? new werift.DtlsClient(options) : new werift.DtlsServer(options)
    this.#records = new OutgoingRecords(this.#socket.cipher, (datagram) => user.sendDtls(datagram))
    // Given to the constructor, certificate and key would be parsed anew for every handshake.
    Object.assign(this.#socket.cipher, identity.cipherParts)
    this.#socket.onConnect.once(() => this.#onConnect())
    this.#socket.onError.subscribe((error: unknown) => {
      this.lastError = error instanceof Error ? error.message : String(error)
    })
  }

  get connected(): boolean {
    return this.#connected
  }

  /** The client speaks first. */
  start(): void {
    if (this.#role === 'server') return
    const client = this.#socket as DtlsClient
    client.connect().catch((error: unknown) => {
      this.lastError = error instanceof Error ? error.message : String(error)
    })
  }

  /** A datagram of DTLS; false when it is none that can be read. */
  receive(bytes: Buffer): boolean {
    if (this.#closed) return true
    if (!this.#connected && recordKind(bytes) === 'fatal-alert') {
      this.#fail('dtls-alert', 'the far side ended the handshake by a fatal alert')
      return true
    }
    try {
      this.#transport.onData(bytes, ['', 0])
      return true
    } catch {
      return false
    }
  }

  /** RFC 5246 7.2.1: says goodbye when there is somebody to say it to. */
  close(): void {
    if (this.#closed) return
    if (this.#connected) this.#records.close()
    this.#closed = true
    this.#socket.dtls.flight = pastEveryFlight
  }

  #onConnect(): void {
    if (this.#closed) return
    const { cipher, dtls, srtp } = this.#socket
    const certificate = cipher.remoteCertificate
    const own = cipher.localRandom.serialize()
    const their = cipher.remoteRandom.serialize()
    const isClient = this.#role === 'client'
    const randoms = isClient ? { client: own, server: their } : { client: their, server: own }
    const peerRole = isClient ? 'server' : 'client'
    if (!certificate || !provesCertificate(peerRole, certificate, dtls.sortedHandshakeCache, randoms)) {
      this.#fail('certificate-unproven', 'the far side did not prove that it owns the key of its certificate')
      return
    }
    this.#connected = true
    const profile = srtpProfiles.find(({ id }) => id === srtp.srtpProfile)
    if (!profile) {
      this.#user.onDtlsConnected({ certificate, keys: undefined })
      return
    }
    const material = this.#socket.exportKeyingMaterial(srtpExporterLabel, exportedBytes(profile))
    const { client, server } = splitKeyingMaterial(profile, material)
    const keys: StreamKeys = isClient ? { send: client, receive: [server] } : { send: server, receive: [client] }
    this.#user.onDtlsConnected({ certificate, keys })
  }

  #fail(failure: 'dtls-alert' | 'certificate-unproven', text: string): void {
    this.close()
    this.#user.onDtlsFailed(failure, text)
  }
}
