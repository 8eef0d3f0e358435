import { type Clock, Timer, type TimerOwner } from '../../../base/clock.js'
import type { DtlsRole } from '../../../model/webrtc.js'
import {
  type DtlsAddon,
  type DtlsHandle,
  type DtlsIdentityHandle,
  dtlsFailures,
  dtlsStates,
} from '../../../native/dtls-addon.js'
import { type DtlsEndpoint, type DtlsSession, type DtlsUser, unprovenText } from './dtls-endpoint.js'
import { isWholeRecord } from './dtls-record.js'
import { exportedBytes, keysOf, srtpExporterLabel, srtpProfileOf } from './srtp-profile.js'

/** An association through the addon. Its flights are repeated when the clock says so. */
export class NativeDtlsEndpoint implements DtlsEndpoint, TimerOwner {
  readonly #addon: DtlsAddon
  readonly #handle: DtlsHandle
  readonly #role: DtlsRole
  readonly #user: DtlsUser
  readonly #clock: Clock
  readonly #timer = new Timer(this, 'dtls')
  #connected = false
  #closed = false
  readonly lastError = ''

  constructor(addon: DtlsAddon, identity: DtlsIdentityHandle, role: DtlsRole, user: DtlsUser, clock: Clock) {
    this.#addon = addon
    this.#handle = addon.newEndpoint(identity, role === 'client')
    this.#role = role
    this.#user = user
    this.#clock = clock
  }

  get connected(): boolean {
    return this.#connected
  }

  start(): void {
    if (!this.#closed && this.#role === 'client') this.#settle(this.#addon.start(this.#handle))
  }

  receive(bytes: Buffer): boolean {
    if (this.#closed) return true
    if (!isWholeRecord(bytes)) return false
    this.#settle(this.#addon.receive(this.#handle, bytes))
    return true
  }

  onTimer(): void {
    if (!this.#closed) this.#settle(this.#addon.onTimeout(this.#handle))
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#clock.disarm(this.#timer)
    this.#addon.close(this.#handle)
    this.#send()
  }

  #settle(number: number): void {
    const state = dtlsStates[number]
    this.#send()
    this.#arm()
    if (state === 'failed') this.#fail()
    else if (state === 'connected' && !this.#connected) {
      this.#connected = true
      this.#user.onDtlsConnected(this.#session())
    }
  }

  #send(): void {
    for (;;) {
      const datagram = this.#addon.take(this.#handle)
      if (!datagram) return
      this.#user.sendDtls(datagram)
    }
  }

  #arm(): void {
    const dueMs = this.#addon.dueMs(this.#handle)
    if (dueMs < 0) this.#clock.disarm(this.#timer)
    else this.#clock.arm(this.#timer, dueMs)
  }

  #session(): DtlsSession {
    const certificate = this.#addon.peerCertificate(this.#handle)
    const profile = srtpProfileOf(this.#addon.profile(this.#handle))
    if (!profile) return { certificate, keys: undefined }
    const material = this.#addon.exported(this.#handle, srtpExporterLabel, exportedBytes(profile))
    return { certificate, keys: keysOf(profile, material, this.#role) }
  }

  #fail(): void {
    const failure = dtlsFailures[this.#addon.failure(this.#handle)]
    const said = this.#addon.failureText(this.#handle)
    this.close()
    if (failure === 'unproven') {
      this.#user.onDtlsFailed('certificate-unproven', unprovenText)
      return
    }
    const who = failure === 'peer-alert' ? 'the far side' : 'this side'
    this.#user.onDtlsFailed('dtls-alert', `${who} ended the handshake by a fatal alert: ${said}`)
  }
}
