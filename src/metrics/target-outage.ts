import type { CallRecord, RegistrationRecord } from '../model/record.js'

/** From the first time that a target failed until it answered again; in a tally, times count from the start of load. */
export interface Outage {
  readonly fromMs: number
  /** First answer after the last failure; undefined: none yet. */
  readonly toMs: number | undefined
}

/**
 * When one target was down, as agents found it: it fails by silence, by an error of the transport and by a 503
 * (RFC 3263 4.3). What happened is told when calls end, so in any order.
 */
export class TargetOutage {
  #fromMs: number | undefined
  #lastMs = Number.NEGATIVE_INFINITY
  #toMs: number | undefined

  failed(atMs: number): void {
    this.#fromMs = Math.min(atMs, this.#fromMs ?? atMs)
    this.#lastMs = Math.max(atMs, this.#lastMs)
    if (this.#toMs !== undefined && this.#toMs <= this.#lastMs) this.#toMs = undefined
  }

  answered(atMs: number): void {
    if (this.#fromMs === undefined || atMs <= this.#lastMs) return
    this.#toMs = Math.min(atMs, this.#toMs ?? atMs)
  }

  get outage(): Outage | undefined {
    return this.#fromMs === undefined ? undefined : { fromMs: this.#fromMs, toMs: this.#toMs }
  }
}

/** What a call of ours tells of its target: when it failed, or when it answered; undefined: neither. */
export function tidingsOfCall(call: CallRecord): { readonly failed: boolean; readonly atMs: number } | undefined {
  if (call.incoming) return undefined
  const answerMs = call.provisionalMs ?? call.finalMs
  if (answerMs !== undefined && call.status !== 503) return { failed: false, atMs: answerMs }
  const isSilent = call.status === 0 && (call.outcome === 'timeout' || call.outcome === 'transport')
  if (!isSilent && call.status !== 503) return undefined
  return { failed: true, atMs: call.finalMs ?? call.inviteMs ?? call.intendedMs }
}

export function tidingsOfRegistration({ status, ok, startedMs, endedMs }: RegistrationRecord) {
  if (status === 0 || status === 503) return { failed: true, atMs: status === 503 ? endedMs : startedMs }
  return ok ? { failed: false, atMs: endedMs } : undefined
}
