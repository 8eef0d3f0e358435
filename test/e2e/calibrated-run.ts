import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MetricSeries, MetricTags, RunResult } from '../../src/model/result.js'
import { type Ended, readResult, start, temporaryFolder, writeScenario } from './program.js'

export interface CalibratedRunOptions {
  /** In test/e2e/scenarios. */
  readonly scenario: string
  readonly set?: Readonly<Record<string, string | number>>
  /** Replaces the `gateway:` line. */
  readonly gateway?: object | string
  /** Put after the scenario's text. */
  readonly append?: string
  /** Replaced in the scenario's text. */
  readonly replace?: readonly [RegExp, string]
  /** Told the process id of the run. */
  readonly onStart?: (pid: number) => void
}

export interface CalibratedRun extends Ended {
  readonly result: RunResult
}

/** `siploadgen run` to its end, with a gateway whose faults are known. */
export async function calibratedRun(options: CalibratedRunOptions): Promise<CalibratedRun> {
  const folder = temporaryFolder()
  const text = readFileSync(new URL(`scenarios/${options.scenario}`, import.meta.url), 'utf8')
  const [from, to] = options.replace ?? ['', '']
  const gateway = JSON.stringify(options.gateway ?? 'embedded')
  const file = writeScenario(
    text.replace(/^gateway: .*$/m, () => `gateway: ${gateway}`).replace(from, to) + (options.append ?? ''),
    folder,
  )
  const set = Object.entries(options.set ?? {}).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const out = join(folder, 'out')
  const running = start(['run', file, '--out', out, '--quiet', ...set], { cwd: folder })
  if (running.child.pid !== undefined) options.onStart?.(running.child.pid)
  const ended = await running.ended
  if (ended.code !== 0 && ended.code !== 3)
    throw new Error(`the run ended with ${ended.code}: ${ended.out}${ended.err}`)
  return { ...ended, result: readResult(out) }
}

/** The series of a metric with exactly these tags. */
export function seriesOf<K extends MetricSeries['kind']>(
  result: RunResult,
  name: string,
  kind: K,
  tags: MetricTags = {},
): MetricSeries & { readonly kind: K } {
  const wanted = JSON.stringify(tags)
  const found = result.metrics.find((series) => series.name === name && JSON.stringify(series.tags) === wanted)
  if (found?.kind !== kind) throw new Error(`the result has no ${kind} ${name} ${wanted}`)
  return found as MetricSeries & { readonly kind: K }
}

/** The value of a counter. */
export const counter = (result: RunResult, name: string, tags?: MetricTags): number | null =>
  seriesOf(result, name, 'counter', tags).value
