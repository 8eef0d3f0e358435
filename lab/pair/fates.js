// What became of calls, read from captures alone by the definitions of docs/drill-measures.md. All times in
// milliseconds since 1970.

/** A long call lives on for so long unless somebody ends it: the scenario's talk, less what its end may be early. */
const talkMs = 85_000
const earlyMs = 1000
const zombieAfterMs = 60_000
/** Audio that is away for so long is lost. */
const lostMs = 300
/** A stream that ends so long before its call has not merely been overtaken by the BYE. */
const openMs = 1000

/** From the answer to the first BYE of ours, sent or received. */
const talkEnd = (call) => Math.min(call.endedMs, ...call.byes.map(({ atMs }) => atMs))

/** The silences of a direction of a call since the fault, and whether each lasted to the end of the call. */
function silencesOf({ timesMs }, call, { faultMs, untilMs, ptimeMs }) {
  const endMs = talkEnd(call)
  const found = []
  for (let i = 1; i < timesMs.length; i++) {
    const fromMs = timesMs[i - 1] + ptimeMs
    if (timesMs[i] > faultMs && fromMs < untilMs && timesMs[i] <= endMs) {
      found.push({ fromMs, toMs: timesMs[i], ms: timesMs[i] - fromMs, isOpen: false })
    }
  }
  const fromMs = timesMs[timesMs.length - 1] + ptimeMs
  if (endMs - fromMs >= openMs && fromMs < untilMs) found.push({ fromMs, toMs: endMs, ms: endMs - fromMs, isOpen: true })
  return found.sort((a, b) => b.ms - a.ms)
}

/** Of the scenario: 64*T1, after which the sender of a BYE has given it up (Timer F). */
const timerFMs = 6400

/** A BYE of ours after the fault that found nobody: nobody in time, or nobody who knew the call. */
const isOrphaned = ({ isSent, atMs, status, finalMs }, faultMs) =>
  isSent &&
  atMs > faultMs &&
  (status === undefined || status === 408 || status === 481 || finalMs - atMs > timerFMs)

function fateOf(call, lost, hasAudio, faultMs) {
  const isGone = lost.some(({ isOpen }) => isOpen)
  if (talkEnd(call) < call.answeredMs + talkMs - earlyMs && call.isLong) return 'dropped'
  const orphaned = call.byes.some((bye) => isOrphaned(bye, faultMs))
  if (orphaned && (isGone || !hasAudio)) return 'dropped'
  const watchedMs = faultMs + zombieAfterMs
  if (lost.some(({ fromMs, toMs }) => fromMs < watchedMs && toMs >= watchedMs)) return 'zombie'
  if (isGone) return 'lost'
  return lost.length > 0 ? 'recovered' : 'kept'
}

/** Calls in progress at the fault with their fates, and the longest gap of each direction that had audio. */
export function judge(calls, { faultMs, untilMs, ptimeMs }) {
  const inProgress = calls.filter((call) => call.answeredMs <= faultMs && talkEnd(call) > faultMs)
  const fates = { kept: 0, recovered: 0, lost: 0, zombie: 0, dropped: 0 }
  const gapsMs = []
  for (const call of inProgress) {
    const heard = call.streams.filter(
      ({ timesMs }) => timesMs[0] <= faultMs && timesMs[timesMs.length - 1] > faultMs - lostMs,
    )
    const silences = heard.map((stream) => silencesOf(stream, call, { faultMs, untilMs, ptimeMs }))
    const lost = silences.flat().filter(({ ms }) => ms >= lostMs)
    const fate = fateOf(call, lost, heard.length > 0, faultMs)
    fates[fate]++
    // The silence in which a dropped call ends does not count.
    for (const of of silences) gapsMs.push(of.find(({ isOpen }) => !isOpen || fate !== 'dropped')?.ms ?? 0)
  }
  return { inProgress: inProgress.length, ...fates, gapsMs: gapsMs.sort((a, b) => a - b) }
}

/** Between the last 200 of a call begun before the fault and the first 200 of one begun after it. */
export function outageOf(calls, faultMs) {
  const answers = (begun) => calls.filter(begun).flatMap(({ answeredMs }) => answeredMs ?? [])
  const last = Math.max(...answers(({ invitedMs }) => invitedMs < faultMs).filter((ms) => ms <= faultMs))
  return Math.min(...answers(({ invitedMs }) => invitedMs >= faultMs)) - last
}

/** New calls that never had a 200. */
export const failedOf = (calls, faultMs) =>
  calls.filter(({ invitedMs, answeredMs }) => invitedMs >= faultMs && answeredMs === undefined).length

/** Of the BYEs of ours in calls of before the fault, the percentage that found nobody. */
export function orphanedOf(calls, faultMs) {
  const byes = calls
    .filter((call) => call.answeredMs <= faultMs && talkEnd(call) > faultMs)
    .flatMap((call) => call.byes.filter(({ isSent, atMs }) => isSent && atMs > faultMs))
  return byes.length === 0 ? undefined : (100 * byes.filter((bye) => isOrphaned(bye, faultMs)).length) / byes.length
}
