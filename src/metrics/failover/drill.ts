import type { FaultOutcome } from '../../model/fault-result.js'
import { FaultTally } from '../fault-tally.js'
import { DrillLog } from './drill-log.js'
import { type FigureSink, giveFigures, measuresOf, outcomeOf } from './fault-figures.js'
import { type DrillLimits, faultViews } from './fault-view.js'

/** What a fault did, as a result shows it. */
export interface FaultFigures {
  readonly id: number
  readonly measures: Readonly<Record<string, number | null>>
  readonly outcome: FaultOutcome
}

/** The measurement of a run in which things are broken on purpose. */
export class Drill {
  readonly faults = new FaultTally()
  /** Undefined where no fault is planned. */
  readonly log: DrillLog | undefined
  #figures: readonly FaultFigures[] = []

  constructor(isPlanned: boolean) {
    this.log = isPlanned ? new DrillLog() : undefined
  }

  /** What each fault did; empty until it is settled. */
  get figures(): readonly FaultFigures[] {
    return this.#figures
  }

  /** Load is over: reads every measure of every fault that was made, and hands them on. Once. */
  settle(limits: DrillLimits, sink: FigureSink): void {
    if (!this.log) return
    this.#figures = faultViews(this.faults.events, this.log, limits).map((view) => {
      giveFigures(view, sink)
      return { id: view.fault.id, measures: measuresOf(view), outcome: outcomeOf(view) }
    })
  }
}
