import type { MeasureSource } from '../metrics/measure.js'
import type { Check } from '../model/result.js'
import type { Threshold } from '../model/scenario.js'
import { measuredText, wantedText } from './figure.js'

/** Whether a figure keeps to a threshold. */
export function holds(value: number, operator: Threshold['operator'], wanted: number): boolean {
  switch (operator) {
    case '<':
      return value < wanted
    case '<=':
      return value <= wanted
    case '>':
      return value > wanted
    case '>=':
      return value >= wanted
    case '==':
      return value === wanted
    case '!=':
      return value !== wanted
  }
}

function judgeOne(threshold: Threshold, number: number, source: MeasureSource): Check {
  const measurement = source.measure(threshold)
  const { value } = measurement
  const { file, line, column } = threshold.source
  return {
    id: `expect-${number}`,
    title: threshold.text,
    // Nothing measured proves nothing: neither that the limit was kept nor that it was missed.
    verdict: value === null ? 'inconclusive' : holds(value, threshold.operator, threshold.wanted) ? 'pass' : 'fail',
    measured: measuredText(threshold, measurement),
    wanted: wantedText(threshold),
    source: `${file}:${line}:${column}`,
  }
}

/** One check a threshold, in the order of the scenario. */
export function judge(thresholds: readonly Threshold[], source: MeasureSource): Check[] {
  return thresholds.map((threshold, index) => judgeOne(threshold, index + 1, source))
}
