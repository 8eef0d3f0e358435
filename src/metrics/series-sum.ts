import { type MetricName, metricTable } from '../model/metric-table.js'
import { addCell, type Cell, createCell } from './cell.js'
import { shareTags } from './definitions/target.js'
import type { Leaf } from './leaf.js'
import { matches } from './series.js'
import type { Slice } from './slices.js'

export type Where = Readonly<Record<string, string>>

/** Where a leaf's own cells are found. */
type CellsOf = (leaf: Leaf) => Iterable<Cell>

/**
 * The leaves that `where` asks for added up over the whole run; undefined when none matches. `phase: warmup` asks for
 * what is otherwise never counted.
 */
export const sumWhole = (name: MetricName, leaves: readonly Leaf[], where: Where): Cell | undefined =>
  sum(name, leaves, where, (leaf) => [leaf.cell])

/** The same over some slices. */
export const sumSlices = (
  name: MetricName,
  leaves: readonly Leaf[],
  where: Where,
  slices: readonly Slice[],
): Cell | undefined => sum(name, leaves, where, (leaf) => slices.flatMap((slice) => slice.cells[leaf.id] ?? []))

function sum(name: MetricName, leaves: readonly Leaf[], where: Where, cellsOf: CellsOf): Cell | undefined {
  const { warmup, tags } = splitPhase(where)
  const directions = new Set<string | undefined>()
  let total: Cell | undefined
  for (const leaf of leaves) {
    if (leaf.name !== name || leaf.warmup !== warmup || !matches(leaf.tags, tags)) continue
    directions.add(leaf.tags.direction)
    for (const cell of cellsOf(leaf)) {
      total ??= createCell(metricTable[name].kind)
      addCell(total, cell)
    }
  }
  const share = shareTags[name]
  if (share !== undefined && total?.kind === 'ratio' && tags[share] !== undefined) {
    const { [share]: _, ...others } = tags
    const alike = leaves.filter((leaf) => directions.has(leaf.tags.direction))
    const all = sum(name, alike, warmup ? { ...others, phase: 'warmup' } : others, cellsOf)
    if (all?.kind === 'ratio') total.denominator = all.denominator
  }
  return total
}

function splitPhase(where: Where): { warmup: boolean; tags: Where } {
  if (where.phase !== 'warmup') return { warmup: false, tags: where }
  const { phase: _, ...tags } = where
  return { warmup: true, tags }
}
