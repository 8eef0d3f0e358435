import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { Entry } from './exchange.js'
import { inapplicable, inconclusive, type ProbeVerdict } from './judgement.js'
import { defaultLimitMs, type Probe } from './probe.js'
import { ProbeEnd, Stage } from './stage.js'
import type { ProbeTarget } from './target.js'
import type { Network } from './wire.js'

export interface PlayOptions {
  readonly target: ProbeTarget
  readonly network: Network
  readonly clock: Clock
  readonly rng: Rng
}

export interface PlayedProbe {
  readonly probe: Probe
  readonly entries: readonly Entry[]
  /** By statement, in the order of the expectations. */
  readonly verdicts: ReadonlyMap<string, ProbeVerdict>
}

/** Plays one probe and judges what it brought; the target is left as it was found. */
export async function play(probe: Probe, options: PlayOptions): Promise<PlayedProbe> {
  const endMs = options.clock.nowMs() + (probe.limitMs ?? defaultLimitMs)
  const stage = new Stage({ ...options, endMs })
  let end: ProbeEnd | undefined
  try {
    await probe.stimulate(stage)
  } catch (error) {
    if (!(error instanceof ProbeEnd)) throw error
    end = error
  }
  const exchange = stage.exchange
  await stage.close()
  const verdicts = new Map(
    probe.expectations.map(({ statement, judge }) => [statement, end === undefined ? judge(exchange) : ofEnd(end)]),
  )
  return { probe, entries: exchange.entries, verdicts }
}

const ofEnd = ({ kind, why }: ProbeEnd): ProbeVerdict =>
  kind === 'not applicable' ? inapplicable(why) : inconclusive(why)
