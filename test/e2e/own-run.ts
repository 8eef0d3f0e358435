import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MetricSeries, MetricTags, RunResult } from '../../src/model/result.js'
import { startPeer } from '../peers/peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

export interface OwnRunOptions {
  /** In test/e2e/scenarios. */
  readonly scenario: string
  readonly set?: Readonly<Record<string, string | number>>
  /** Replaces the `gateway:` line. */
  readonly gateway?: object | string
  /** While the run goes. */
  readonly onStart?: (pid: number) => void
}

export interface OwnResult {
  readonly exitCode: number | null
  readonly output: string
  readonly result: RunResult
}

const program = new URL('../../bin/siploadgen.js', import.meta.url).pathname

/** `siploadgen run` as a process of its own, to its end. */
export async function ownRun(options: OwnRunOptions): Promise<OwnResult> {
  const folder = temporaryFolder('e2e')
  const file = join(folder, 'scenario.yaml')
  const text = readFileSync(new URL(`scenarios/${options.scenario}`, import.meta.url), 'utf8')
  const gateway = JSON.stringify(options.gateway ?? 'embedded')
  writeFileSync(file, text.replace(/^gateway: .*$/m, () => `gateway: ${gateway}`))
  const set = Object.entries(options.set ?? {}).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const out = join(folder, 'out')
  const args = [program, 'run', file, '--out', out, '--quiet', ...set]
  const peer = await startPeer({ command: process.execPath, args, cwd: folder })
  options.onStart?.(peer.pid)
  const { code } = await peer.exit
  const written = join(out, 'result.json')
  if (!existsSync(written)) throw new Error(`the run ended with ${code} and without a result:\n${peer.output()}`)
  return { exitCode: code, output: peer.output(), result: JSON.parse(readFileSync(written, 'utf8')) }
}

/** The series of a metric with exactly these tags. */
export function seriesOf<K extends MetricSeries['kind']>(
  result: RunResult,
  name: string,
  kind: K,
  tags: MetricTags = {},
): Extract<MetricSeries, { kind: K }> {
  const wanted = JSON.stringify(tags)
  const found = result.metrics.find((series) => series.name === name && JSON.stringify(series.tags) === wanted)
  if (found?.kind !== kind) throw new Error(`the result has no ${kind} ${name} ${wanted}`)
  return found as Extract<MetricSeries, { kind: K }>
}

/** The value of a counter. */
export function counter(result: RunResult, name: string, tags?: MetricTags): number | null {
  const series = seriesOf(result, name, 'counter', tags)
  return series.value
}
