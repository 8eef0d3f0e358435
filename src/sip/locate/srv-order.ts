import type { Rng } from '../../base/rng.js'
import type { SrvRecord } from './dns-resolver.js'

/** RFC 2782: ascending priorities; within one, a random order in which the heavier tend to come first. */
export function orderSrvRecords(records: readonly SrvRecord[], rng: Rng): SrvRecord[] {
  const ordered: SrvRecord[] = []
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

function drawByWeight(records: readonly SrvRecord[], rng: Rng, ordered: SrvRecord[]): void {
  // RFC 2782: weight 0 goes to the front, so that it is drawn only when the number drawn is 0.
  const rest = [...records].sort((a, b) => Number(a.weight !== 0) - Number(b.weight !== 0))
  let sum = rest.reduce((total, record) => total + record.weight, 0)
  while (rest.length > 0) {
    const drawn = rng.integer(0, sum)
    let running = 0
    const index = rest.findIndex((record) => {
      running += record.weight
      return running >= drawn
    })
    const [record] = rest.splice(index, 1)
    if (!record) return
    sum -= record.weight
    ordered.push(record)
  }
}
