import type { MeasureSource } from './measure.js'

/** What the generator observed of itself over the judged part of the run. `undefined`: not observed. */
export interface SelfFigures {
  /** As {@link judgedScheduleLagMs} has it. */
  readonly scheduleLagMs: number | undefined
  readonly eventLoopDelayP99Ms: number | undefined
  /** Highest over any two seconds: CPU of the process, and busy share of its event loop; 1 is a whole core. */
  readonly busiestCpu: number | undefined
  readonly busiestLoop: number | undefined
  /** Received datagrams that the kernel threw away because we did not read them in time. */
  readonly socketDrops: number
  readonly sendLatenessP99Ms: number | undefined
  /** Used share of the limit, 0 to 1. */
  readonly openFiles: number | undefined
  readonly mediaPorts: number | undefined
}

/** Limits beyond which a run says something of the generator instead of the gateway. */
export const saturationLimits = {
  /** One RTP packet time: a call that starts later, because the loop was late too, was delayed by us. */
  lagWithDelayMs: 20,
  /** A tenth of a second is heard by people and seen in every set-up figure, whatever caused it. */
  lagAloneMs: 100,
  /** Half of the shortest SIP retransmission step worth trusting (T1 is 500 ms) would be far too late; RTP needs this. */
  delayAloneMs: 50,
  /** The loop has no room left: whatever comes next waits. Both are asked, since helper threads use CPU too. */
  busy: 0.95,
  /** One packet time: beyond it, jitter and gaps at the receiver are made by the sender. */
  sendLatenessMs: 20,
  /** The next call or connection may find no socket. */
  used: 0.95,
} as const

/** From here on one in a hundred is more than one call. */
const callsForP99 = 100

/**
 * The schedule lag that tells whether the generator keeps up: p99, or p90 of fewer than a hundred calls, where p99 is
 * the largest of all and a single cold start would void the run.
 */
export function judgedScheduleLagMs(source: MeasureSource): number | undefined {
  const query = { metric: 'schedule.lag', where: {}, between: undefined } as const
  const { value, samples } = source.measure({ ...query, aggregate: 'p99' })
  const judged = samples >= callsForP99 ? value : source.measure({ ...query, aggregate: 'p90' }).value
  return judged ?? undefined
}

interface Criterion {
  /** The reason in words; undefined when the figures keep to the limit. */
  exceeded(figures: SelfFigures): string | undefined
}

const above = (value: number | undefined, limit: number): value is number => value !== undefined && value > limit

const ms = (value: number): string => `${Math.round(value * 10) / 10} ms`
const share = (value: number): string => `${Math.round(value * 100)} %`

const criteria: readonly Criterion[] = [
  {
    exceeded: ({ scheduleLagMs: lag, eventLoopDelayP99Ms: delay }) =>
      above(lag, saturationLimits.lagWithDelayMs) && above(delay, saturationLimits.lagWithDelayMs)
        ? `calls started late (schedule lag ${ms(lag)}) because the event loop was late (p99 ${ms(delay)})`
        : undefined,
  },
  {
    exceeded: ({ scheduleLagMs: lag, eventLoopDelayP99Ms: delay }) =>
      above(lag, saturationLimits.lagAloneMs) && !above(delay, saturationLimits.lagWithDelayMs)
        ? `calls started late: schedule lag ${ms(lag)}`
        : undefined,
  },
  {
    exceeded: ({ scheduleLagMs: lag, eventLoopDelayP99Ms: delay }) =>
      above(delay, saturationLimits.delayAloneMs) && !above(lag, saturationLimits.lagWithDelayMs)
        ? `the event loop was late: p99 ${ms(delay)}`
        : undefined,
  },
  {
    exceeded: ({ busiestCpu: cpu, busiestLoop: loop }) =>
      above(cpu, saturationLimits.busy) && above(loop, saturationLimits.busy)
        ? `no CPU was left: the event loop was ${share(loop)} busy for 2 s, with ${share(cpu)} of a core`
        : undefined,
  },
  {
    exceeded: ({ socketDrops: drops }) =>
      drops > 0 ? `${drops} received packets were dropped because they were not read in time` : undefined,
  },
  {
    exceeded: ({ sendLatenessP99Ms: lateness }) =>
      above(lateness, saturationLimits.sendLatenessMs) ? `RTP was sent late: p99 ${ms(lateness)}` : undefined,
  },
  {
    exceeded: ({ openFiles }) =>
      above(openFiles, saturationLimits.used) ? `${share(openFiles)} of the allowed open files were used` : undefined,
  },
  {
    exceeded: ({ mediaPorts }) =>
      above(mediaPorts, saturationLimits.used) ? `${share(mediaPorts)} of the media ports were used` : undefined,
  },
]

/** Why the generator was the bottleneck; empty when it was not. Pure, so that the table can be tested line by line. */
export function saturationReasons(figures: SelfFigures): string[] {
  return criteria.flatMap((criterion) => criterion.exceeded(figures) ?? [])
}
