import type { Rng } from '../../base/rng.js'

/** An SRV record, or whatever else is chosen by its rules. */
interface Weighted {
  readonly priority: number
  readonly weight: number
}

/** RFC 2782: records of weight 0 have a very small chance beside others, and equal chances among themselves. */
const SMALL_WEIGHT = 0.01

const chanceOf = ({ weight }: Weighted): number => (weight > 0 ? weight : SMALL_WEIGHT)

/** RFC 2782: ascending priorities; within one, a random order in which the heavier tend to come first. */
export function orderSrvRecords<T extends Weighted>(records: readonly T[], rng: Rng): T[] {
  const ordered: T[] = []
  const priorities = [...new Set(records.map((record) => record.priority))].sort((a, b) => a - b)
  for (const priority of priorities) {
    drawByWeight(
      records.filter((record) => record.priority === priority),
      rng,
      ordered,
    )
  }
  return ordered
}

/** Without replacement. A real number is drawn, since integers from 0 to the sum would favour the first of small weights. */
function drawByWeight<T extends Weighted>(rest: T[], rng: Rng, ordered: T[]): void {
  let sum = rest.reduce((total, record) => total + chanceOf(record), 0)
  while (rest.length > 0) {
    let left = rng.next() * sum
    const drawn = rest.findIndex((record) => {
      left -= chanceOf(record)
      return left < 0
    })
    // Rounding may leave a crumb beyond the last.
    const [record] = rest.splice(drawn < 0 ? rest.length - 1 : drawn, 1)
    if (!record) return
    sum -= chanceOf(record)
    ordered.push(record)
  }
}
