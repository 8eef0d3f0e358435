import { type FaultView, keyOf } from '../fault-view.js'
import { type Measure, peakPerSecond } from '../measure.js'

/** An agent that noticed that its registration is gone, and when it was registered again. */
interface Loss {
  readonly lostMs: number
  againMs: number | undefined
}

/** A registration is lost with its connection, when its agent turns to another target, and when a REGISTER fails. */
function lossesOf(view: FaultView): Loss[] {
  const losses = new Map<string, Loss>()
  const failed = view.registrations.filter(({ ok }) => !ok).map((each) => ({ ...each, atMs: each.endedMs }))
  for (const notice of [...view.losses, ...view.switches, ...failed]) {
    const key = keyOf(notice)
    const known = losses.get(key)
    if (!view.registered.has(key) || (known && known.lostMs <= notice.atMs)) continue
    losses.set(key, { lostMs: notice.atMs, againMs: undefined })
  }
  for (const { endedMs, ...who } of view.regained) {
    const loss = losses.get(keyOf(who))
    if (loss && endedMs >= loss.lostMs) loss.againMs = Math.min(endedMs, loss.againMs ?? Number.POSITIVE_INFINITY)
  }
  return [...losses.values()]
}

export const reregistration: Measure = {
  name: 'failover.reregistration',
  kind: 'histogram',
  per: 'group',
  values: (view) => lossesOf(view).flatMap(({ againMs }) => (againMs === undefined ? [] : againMs - view.atMs)),
}

export const registrationsLost: Measure = {
  name: 'failover.registrations_lost',
  kind: 'counter',
  per: 'group',
  count: (view) => lossesOf(view).length,
}

/** Undefined until the last is back: a limit on it is then not judged, and that on the ratio of those back is. */
export const allRegistered: Measure = {
  name: 'failover.all_registered',
  kind: 'histogram',
  per: 'fault',
  values(view) {
    const losses = lossesOf(view)
    const againMs = losses.map((loss) => loss.againMs ?? Number.NaN)
    const lastMs = Math.max(...againMs)
    return losses.length === 0 || Number.isNaN(lastMs) ? [] : [lastMs - view.atMs]
  },
}

export const registrationsRegained: Measure = {
  name: 'failover.registrations_regained',
  kind: 'ratio',
  per: 'group',
  ratio(view) {
    const losses = lossesOf(view)
    return { numerator: losses.filter(({ againMs }) => againMs !== undefined).length, denominator: losses.length }
  },
}

export const registrationPeak: Measure = {
  name: 'failover.registration_peak',
  kind: 'gauge',
  per: 'fault',
  value: ({ registrations, atMs }) =>
    peakPerSecond(registrations.flatMap(({ startedMs }) => (startedMs >= atMs ? [startedMs] : []))),
}

export const overloadAnswers: Measure = {
  name: 'failover.registrations_refused',
  kind: 'counter',
  per: 'group',
  count: ({ registrations }) => registrations.filter(({ status }) => status === 503).length,
}

/** Of the 503s with a Retry-After, those after which the agent left that target alone for so long. */
export const retryAfterObeyed: Measure = {
  name: 'failover.retry_after_obeyed',
  kind: 'ratio',
  per: 'group',
  ratio({ registrations }) {
    const told = registrations.filter(({ retryAfterSeconds }) => retryAfterSeconds !== undefined)
    const broken = told.filter((refusal) =>
      registrations.some(
        ({ startedMs, target, ...who }) =>
          keyOf(who) === keyOf(refusal) &&
          target === refusal.target &&
          startedMs >= refusal.endedMs &&
          startedMs < refusal.endedMs + (refusal.retryAfterSeconds ?? 0) * 1000,
      ),
    )
    return { numerator: told.length - broken.length, denominator: told.length }
  },
}
