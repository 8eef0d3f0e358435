import type { Clock } from '../../../base/clock.js'
import type { Rng } from '../../../base/rng.js'
import type { CandidatePair, IceBase } from './candidate-pair.js'
import type { IceCredentials } from './ice-credentials.js'

export interface IceUser {
  /** The first valid pair, the nominated one, and each change after it: where to send from now on. */
  onRoute(pair: CandidatePair, nominated: boolean): void
  onFailed(failure: 'ice-timeout' | 'consent-lost'): void
}

export interface IceAgentOptions {
  readonly clock: Clock
  readonly rng: Rng
  readonly user: IceUser
  readonly bases: readonly IceBase[]
  readonly credentials: IceCredentials
  /** From the start of checks to the nomination. */
  readonly timeoutMs: number
  /** How long the far side may leave consent checks without an answer; 30 s when left out (RFC 7675 5.1). */
  readonly consentMs?: number | undefined
}
