import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { CallAttempt } from './call-attempt.js'
import { remoteUserOf } from './remote-user.js'

/** Which call of ours an INVITE that reaches one of our phones belongs to. */
export class ExpectedCalls {
  readonly #byPhone = new Map<Phone, CallAttempt[]>()

  add(phone: Phone, attempt: CallAttempt): void {
    const known = this.#byPhone.get(phone)
    if (known) known.push(attempt)
    else this.#byPhone.set(phone, [attempt])
  }

  remove(phone: Phone, attempt: CallAttempt): void {
    const known = this.#byPhone.get(phone)
    const place = known?.indexOf(attempt) ?? -1
    if (!known || place < 0) return
    if (known.length === 1) this.#byPhone.delete(phone)
    else known.splice(place, 1)
  }

  /**
   * A phone with several calls at once may expect more than one. A proxy leaves the Call-ID as it was, a B2BUA usually
   * the caller's number; a gateway that changes both delivers in the order in which the calls were placed.
   */
  take(phone: Phone, session: Session): CallAttempt | undefined {
    const known = this.#byPhone.get(phone)
    if (!known) return undefined
    const found =
      known.find((attempt) => attempt.sessionOf('caller')?.callId === session.callId) ??
      known.find((attempt) => attempt.sessionOf('caller')?.phone.identity.user === remoteUserOf(session)) ??
      known[0]
    if (found) this.remove(phone, found)
    return found
  }
}
