import type { DtlsClient, DtlsServer } from 'werift'
import type { DtlsRole } from '../../../model/webrtc.js'
import { provesCertificate } from './certificate-proof.js'
import { type DtlsEndpoint, type DtlsUser, unprovenText } from './dtls-endpoint.js'
import { recordKind } from './dtls-record.js'
import { OutgoingRecords } from './outgoing-records.js'
import { exportedBytes, keysOf, srtpExporterLabel, srtpProfileOf, srtpProfiles } from './srtp-profile.js'
import type { WeriftParts } from './werift-identity.js'

type WeriftSocket = DtlsClient | DtlsServer
type WeriftOptions = ConstructorParameters<typeof DtlsClient>[0]

/** Flights after this one do not exist: werift stops repeating the present one. */
const pastEveryFlight = 99

/** An association over werift, which repeats flights on timers of its own. */
export class WeriftDtlsEndpoint implements DtlsEndpoint {
  readonly #user: DtlsUser
  readonly #role: DtlsRole
  readonly #socket: WeriftSocket
  readonly #transport: WeriftOptions['transport']
  readonly #records: OutgoingRecords
  #connected = false
  #closed = false
  lastError = ''

  constructor({ werift, cipherParts }: WeriftParts, role: DtlsRole, user: DtlsUser) {
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
    this.#socket = role === 'client' ? new werift.DtlsClient(options) : new werift.DtlsServer(options)
    this.#records = new OutgoingRecords(this.#socket.cipher, (datagram) => user.sendDtls(datagram))
    // Given to the constructor, certificate and key would be parsed anew for every handshake.
    Object.assign(this.#socket.cipher, cipherParts)
    this.#socket.onConnect.once(() => this.#onConnect())
    this.#socket.onError.subscribe((error: unknown) => {
      this.lastError = error instanceof Error ? error.message : String(error)
    })
  }

  get connected(): boolean {
    return this.#connected
  }

  start(): void {
    if (this.#role === 'server') return
    const client = this.#socket as DtlsClient
    client.connect().catch((error: unknown) => {
      this.lastError = error instanceof Error ? error.message : String(error)
    })
  }

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
      this.#fail('certificate-unproven', unprovenText)
      return
    }
    this.#connected = true
    const profile = srtpProfileOf(srtp.srtpProfile)
    if (!profile) {
      this.#user.onDtlsConnected({ certificate, keys: undefined })
      return
    }
    const material = this.#socket.exportKeyingMaterial(srtpExporterLabel, exportedBytes(profile))
    this.#user.onDtlsConnected({ certificate, keys: keysOf(profile, material, this.#role) })
  }

  #fail(failure: 'dtls-alert' | 'certificate-unproven', text: string): void {
    this.close()
    this.#user.onDtlsFailed(failure, text)
  }
}
