import type { CallRecord } from '../../model/record.js'
import type { Definition } from '../definition.js'

/**
 * RFC 6076 4.3 to 4.9 at the originating user agent. One attempt is one logical call: a challenged INVITE and its
 * repetition with credentials are one request, and so is a redirected one that was followed (4.3.1).
 */

/** RFC 6076 4.3.2: challenges are not failures. */
const isChallenge = (status: number): boolean => status === 401 || status === 402 || status === 407

/** RFC 6076 4.7: answers that show the user of the far side rather than the network. */
const isUserEffect = (status: number): boolean => status === 480 || status === 486 || status === 600 || status === 603

/** RFC 6076 4.8. */
const isIneffective = (status: number): boolean => status === 408 || status === 500 || status === 503 || status === 504

/** RFC 3261 8.1.3.1: a transaction that timed out counts as answered 408, a transport failure as 503. */
export function effectiveStatus(call: CallRecord): number {
  if (call.status !== 0) return call.status
  if (call.outcome === 'timeout') return 408
  return call.outcome === 'transport' ? 503 : 0
}

const isEstablished = (call: CallRecord): boolean => call.answeredMs !== undefined

/** An attempt that the end of the run cut before any final response says nothing of the far side. */
const isAttempt = (call: CallRecord): boolean =>
  !call.exchange && (call.outcome !== 'interrupted' || call.finalMs !== undefined || isEstablished(call))

const isRedirected = (call: CallRecord): boolean => call.status >= 300 && call.status < 400

const isCompleted = (call: CallRecord): boolean =>
  isEstablished(call) && (call.byeAnsweredMs !== undefined || call.byeReceivedMs !== undefined)

const since = (start: number | undefined, end: number | undefined): number | undefined =>
  start === undefined || end === undefined ? undefined : end - start

function failedDelay(call: CallRecord): number | undefined {
  if (isEstablished(call) || call.exchange) return undefined
  if (call.status >= 400 && !isChallenge(call.status)) return since(call.inviteMs, call.provisionalMs ?? call.finalMs)
  return call.outcome === 'timeout' ? since(call.inviteMs, call.provisionalMs) : undefined
}

/** The first BYE that crossed the dialog; both sides may have sent one. */
function sessionEnd(call: CallRecord): number | undefined {
  const sent = call.byeAnsweredMs === undefined ? undefined : call.byeSentMs
  const received = call.byeReceivedMs
  if (sent === undefined || received === undefined) return sent ?? received
  return Math.min(sent, received)
}

const ratio = (
  name: 'session.ser' | 'session.seer' | 'session.isa' | 'session.scr',
  hit: (call: CallRecord) => boolean,
  counted: (call: CallRecord) => boolean,
): Definition<CallRecord> => ({
  name,
  kind: 'ratio',
  numerator: (call) => (counted(call) && hit(call) ? 1 : 0),
  denominator: (call) => (counted(call) ? 1 : 0),
})

export const sessionDefinitions: readonly Definition<CallRecord>[] = [
  {
    // 4.3.1: to the first provisional response other than 100, or to the 200 when none came.
    name: 'session.srd',
    kind: 'histogram',
    value: (call) => (isEstablished(call) ? since(call.inviteMs, call.provisionalMs ?? call.answeredMs) : undefined),
  },
  { name: 'session.srd_failed', kind: 'histogram', value: failedDelay },
  {
    // From when the load curve wanted the call, so that a late generator cannot hide waiting.
    name: 'session.setup',
    kind: 'histogram',
    value: (call) => since(call.intendedMs, call.answeredMs),
  },
  {
    // 4.4: to the 2xx of the BYE; Timer F cases have none and stay out.
    name: 'session.sdd',
    kind: 'histogram',
    value: (call) => since(call.byeSentMs, call.byeAnsweredMs),
  },
  {
    // 4.5.1, in seconds; a BYE that found no answer is a failed completion (4.5.2) and stays out.
    name: 'session.sdt',
    kind: 'histogram',
    value: (call) => {
      const durationMs = since(call.answeredMs, sessionEnd(call))
      return durationMs === undefined ? undefined : durationMs / 1000
    },
  },
  ratio('session.ser', isEstablished, (call) => isAttempt(call) && !isRedirected(call)),
  ratio(
    'session.seer',
    (call) => isEstablished(call) || isUserEffect(call.status),
    (call) => isAttempt(call) && !isRedirected(call),
  ),
  ratio('session.isa', (call) => !isEstablished(call) && isIneffective(effectiveStatus(call)), isAttempt),
  // An established call that only the end of the run cut short is neither completed nor failed.
  ratio('session.scr', isCompleted, (call) => !call.exchange && call.outcome !== 'interrupted'),
]
