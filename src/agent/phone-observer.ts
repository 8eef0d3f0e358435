import type { Phone } from './phone.js'
import type { RegistrationOutcome } from './registration.js'
import type { Session } from './session.js'

/** What the owner of phones is told about them. */
export interface PhoneObserver {
  /** A call came in; whoever takes it sets the session's observer and answers, or returns false: 480. */
  onIncoming(phone: Phone, session: Session): boolean
  /** A REFER asks for a call of ours: why it may not be placed; undefined counts it as begun. */
  onTransferAsked(phone: Phone, uri: string): string | undefined
  onTransferEnded(phone: Phone): void
  onRegistered(phone: Phone, outcome: RegistrationOutcome, refresh: boolean): void
  onConnected(phone: Phone, connectMs: number): void
  onConnectionLost(phone: Phone, reason: string, target: string): void
  /** Requests of this phone, or of one of its calls, go to another target than before, which failed. */
  onTargetSwitched?(phone: Phone, from: string, to: string): void
}
