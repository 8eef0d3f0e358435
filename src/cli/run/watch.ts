import type { LiveSnapshot } from '../../metrics/live-view.js'
import type { Recorder } from '../../metrics/recorder.js'
import type { SelfObservation } from '../../metrics/self-observation.js'
import type { AbortWatch } from '../../verdict/abort-watch.js'
import type { LiveSource } from '../live.js'
import type { LiveContext } from '../live-frame.js'
import { faultLines } from './fault-results.js'
import type { Interruption } from './interruption.js'
import type { Progress } from './progress.js'
import type { ScenarioRun } from './scenario-run.js'

const LOOK_EVERY_MS = 500

/** Looks at a run while it goes: screen, self-observation, early end, and the result that a kill leaves behind. */
export class Watch implements LiveSource {
  earlyEnd: string | undefined
  readonly #run: ScenarioRun
  readonly #recorder: Recorder
  readonly #self: SelfObservation
  readonly #abort: AbortWatch
  readonly #interruption: Interruption
  #timer: NodeJS.Timeout | undefined
  #progress: Progress | undefined
  #judged = false
  #loading = false

  constructor(
    run: ScenarioRun,
    recorder: Recorder,
    self: SelfObservation,
    abort: AbortWatch,
    interruption: Interruption,
  ) {
    this.#run = run
    this.#recorder = recorder
    this.#self = self
    this.#abort = abort
    this.#interruption = interruption
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
  }

  beginLoad(progress: Progress, startMs = this.#run.clock.nowMs()): void {
    this.#recorder.startLoad(startMs)
    this.#self.beginJudged()
    this.#loading = true
    this.#judged = this.#run.scenario.warmupMs === 0
    this.#progress = progress
    progress.start()
  }

  endLoad(): void {
    this.#look()
    this.#loading = false
    this.#progress?.stop()
  }

  live(): LiveSnapshot {
    return this.#recorder.live(this.#run.clock.nowMs())
  }

  context(): LiveContext {
    const { scenario, driver, phase, registrationsWanted } = this.#run
    const draining = phase === 'ending' || driver.state === 'draining' || driver.state === 'done'
    return {
      title: scenario.name,
      phase: phase === 'preparing' ? 'starting' : phase === 'registering' ? phase : draining ? 'draining' : 'load',
      registering: registrationsWanted,
      plannedMs: driver.curve.totalMs,
      plannedCalls: scenario.load.calls,
      faults: faultLines(this.#recorder.drill.faults.events, driver.startMs, this.#run.clock.nowMs()),
      warnings: this.#self.reasons(),
    }
  }

  #look(): void {
    const { clock, scenario, driver } = this.#run
    const nowMs = clock.nowMs()
    if (this.#loading) this.#run.observation.lookAtMedia(this.#run.media)
    if (this.#loading && !this.#judged && driver.elapsedMs >= scenario.warmupMs) {
      this.#self.beginJudged()
      // How late RTP was sent in the warm-up is as little judged as the rest of it.
      this.#run.media?.sendLag.reset()
      this.#judged = true
    }
    this.#self.observe()
    if (!this.#loading || !this.#abort.armed || this.earlyEnd !== undefined) return
    this.earlyEnd = this.#abort.check(nowMs)
    if (this.earlyEnd !== undefined && !this.#interruption.stopped) driver.interrupt()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#progress?.stop()
    this.#self.stop()
  }
}
