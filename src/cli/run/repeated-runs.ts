import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunResult } from '../../model/result.js'
import type { Scenario } from '../../model/scenario.js'
import { openRunFolder, RunFolder, reportsFolder } from '../../report/result-file.js'
import { joinRepetitions, type RepeatedRun } from '../../verdict/repetitions.js'
import { exitCodeOf } from '../../verdict/verdict.js'
import type { CommandOutput } from '../commands/validate.js'
import type { Interruption } from './interruption.js'
import { unfinished } from './result-parts.js'
import { writeReports } from './write-reports.js'

/** A run that has come to its end: its files are written, but for the reports. */
export interface FinishedRun {
  readonly folder: RunFolder
  readonly result: RunResult
  readonly exit: number
}

interface RepeatOptions {
  readonly out: string | undefined
  readonly quiet: boolean
}

/** The runs of a scenario with `repeat`, each in a folder of its own within that of the whole. */
export class RepeatedRuns {
  readonly #scenario: Scenario
  readonly #interruption: Interruption
  readonly #options: RepeatOptions
  readonly #output: CommandOutput

  constructor(scenario: Scenario, interruption: Interruption, options: RepeatOptions, output: CommandOutput) {
    this.#scenario = scenario
    this.#interruption = interruption
    this.#options = options
    this.#output = output
  }

  /** Makes all of them, one after the other with rest between; the result of the whole is written after each. */
  async run(runOnce: (out: string) => Promise<FinishedRun>): Promise<FinishedRun> {
    const { repeat, name: scenarioName } = this.#scenario
    const outFolder = this.#options.out
    const folder = openRunFolder({ outFolder, reportsFolder, startedAt: new Date(), scenarioName })
    const exits: number[] = []
    const done: RepeatedRun[] = []
    for (let n = 1; n <= repeat.times && !this.#interruption.stopped; n++) {
      if (n > 1) await this.#rest(n)
      if (this.#interruption.stopped) break
      const own = `repetition-${n}`
      const { result, exit } = await runOnce(join(folder.path, own))
      writeReports(new RunFolder(join(folder.path, own)), result, { formats: [], quiet: true }, this.#output)
      exits.push(exit)
      done.push({ folder: own, result })
      const joined = this.#join(done)
      if (n < repeat.times) folder.writeProgress(() => unfinished(joined))
    }
    const result = this.#join(done)
    folder.writeResult(result)
    return { folder, result, exit: exitCodeOf(result.verdict, exits) }
  }

  #join(done: readonly RepeatedRun[]): RunResult {
    const [first, ...others] = done
    if (!first) throw new Error('no repetition was made')
    return joinRepetitions([first, ...others], this.#scenario.repeat, this.#interruption.reason)
  }

  /** Gateways and machines settle; an interruption ends it. */
  async #rest(next: number): Promise<void> {
    const { times, restMs } = this.#scenario.repeat
    const told = `repetition ${next} of ${times} begins in ${restMs / 1000} s`
    if (!this.#options.quiet) this.#output.err(`${told}\n`)
    const stop = new AbortController()
    this.#interruption.onStop(() => stop.abort())
    await delay(restMs, undefined, { signal: stop.signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error
    })
  }
}
