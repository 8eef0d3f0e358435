import type { MetricName } from '../../model/metric-table.js'
import type { FaultView } from './fault-view.js'

/**
 * How one measure of a fault is read. `group`: read for each group of agents by itself, and added up; `fault`: one
 * figure of the fault as a whole. What a fault does not exercise gives nothing.
 */
export type Measure =
  | { readonly name: MetricName; readonly kind: 'histogram'; readonly per: 'group'; values(view: FaultView): number[] }
  | { readonly name: MetricName; readonly kind: 'histogram'; readonly per: 'fault'; values(view: FaultView): number[] }
  | {
      readonly name: MetricName
      readonly kind: 'ratio'
      readonly per: 'group'
      ratio(view: FaultView): { readonly numerator: number; readonly denominator: number }
    }
  | { readonly name: MetricName; readonly kind: 'counter'; readonly per: 'group'; count(view: FaultView): number }
  | {
      readonly name: MetricName
      readonly kind: 'gauge'
      readonly per: 'fault'
      value(view: FaultView): number | undefined
    }

/** The part of these that a test holds for. */
export function ratioOf<T>(all: readonly T[], hit: (each: T) => boolean): { numerator: number; denominator: number } {
  return { numerator: all.filter(hit).length, denominator: all.length }
}

/** The most that happened within any second, of moments in any order. */
export function peakPerSecond(momentsMs: readonly number[]): number | undefined {
  const sorted = [...momentsMs].sort((a, b) => a - b)
  let peak = 0
  let first = 0
  for (const [last, atMs] of sorted.entries()) {
    while (atMs - (sorted[first] as number) >= 1000) first++
    peak = Math.max(peak, last - first + 1)
  }
  return peak === 0 ? undefined : peak
}
