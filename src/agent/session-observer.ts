import type { Outcome } from '../model/outcome.js'
import type { Session } from './session.js'

/** How a session ended, as its own side saw it. */
export interface Ending {
  readonly outcome: Outcome
  /** Who ended it: we, the far side, or a failure of transport or timer. */
  readonly by: 'local' | 'remote' | 'failure'
  /** Final status that ended it, 0 when none did. */
  readonly status: number
  /** One sentence; empty for `completed`. */
  readonly reason: string
}

/** What the owner of a session is told. Callbacks run inside the message path and must not block. */
export interface SessionObserver {
  /** A provisional response other than 100 was received (caller). */
  onProgress(session: Session, status: number): void
  /** 2xx received (caller), or ACK received (callee). */
  onAnswered(session: Session): void
  onEnded(session: Session, ending: Ending): void
  onDtmf(session: Session, digits: string): void
  /** One SIP message of the session, for the ladder. */
  onTrace(session: Session, direction: 'sent' | 'received', summary: string): void
}
