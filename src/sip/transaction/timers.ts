/** The three values that all timers of RFC 3261 come from. */
export interface TimerBasis {
  /** Round-trip time estimate. */
  readonly t1Ms: number
  /** Longest retransmission interval of non-INVITE requests and INVITE responses. */
  readonly t2Ms: number
  /** Longest time a message stays in the network. */
  readonly t4Ms: number
}

/**
 * Every timer of a transaction in milliseconds: RFC 3261 table 4 with L and M of RFC 6026. Timer C is a proxy's
 * (16.6 step 11). `100` is the patience before 100 Trying is sent by itself.
 */
export interface TimerTable {
  readonly A: number
  readonly B: number
  readonly D: number
  readonly E: number
  readonly F: number
  readonly G: number
  readonly H: number
  readonly I: number
  readonly J: number
  readonly K: number
  readonly L: number
  readonly M: number
  /** 17.2.1: 200 ms for INVITE. */
  readonly inviteTrying: number
  /** RFC 4320 4.1: when a client's Timer E reaches T2. */
  readonly nonInviteTrying: number
}

/** Timers for both kinds of transport, computed once per run. */
export interface TimerValues extends TimerBasis {
  /** 64*T1: after this a transaction without a final response is over (timers B, F, H, L and M). */
  readonly giveUpMs: number
  readonly unreliable: TimerTable
  readonly reliable: TimerTable
}

const defaults: TimerBasis = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 }

/** 17.1.1.2: Timer D is at least 32 s for unreliable transports, whatever T1 is. */
const TIMER_D_MS = 32_000
const TRYING_MS = 200

/** Computes every timer from T1, T2 and T4; absent values are those of RFC 3261. */
export function timerValues(basis: Partial<TimerBasis> = {}): TimerValues {
  const { t1Ms, t2Ms, t4Ms } = { ...defaults, ...basis }
  const giveUpMs = 64 * t1Ms
  const ends = { B: giveUpMs, F: giveUpMs, H: giveUpMs, L: giveUpMs, M: giveUpMs }
  const trying = { inviteTrying: TRYING_MS, nonInviteTrying: untilT2(t1Ms, t2Ms) }
  return {
    t1Ms,
    t2Ms,
    t4Ms,
    giveUpMs,
    unreliable: {
      ...ends,
      ...trying,
      A: t1Ms,
      E: t1Ms,
      G: t1Ms,
      D: Math.max(TIMER_D_MS, giveUpMs),
      I: t4Ms,
      J: giveUpMs,
      K: t4Ms,
    },
    // Nothing is sent twice and nothing can come late: waiting for copies ends at once, giving up does not change.
    reliable: { ...ends, ...trying, A: 0, E: 0, G: 0, D: 0, I: 0, J: 0, K: 0 },
  }
}

/** The time after which a client's Timer E has grown to T2 (RFC 4320 4.1): T1 + 2*T1 + 4*T1 with default values. */
function untilT2(t1Ms: number, t2Ms: number): number {
  let total = 0
  for (let interval = t1Ms; interval < t2Ms; interval *= 2) total += interval
  return total
}
