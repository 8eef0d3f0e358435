import pLimit from 'p-limit'
import { beforeAll } from 'vitest'

export interface PreparedRuns<Row, Outcome> {
  /**
   * What became of a row; throws what its run threw. The first call gives what was run before the tests. Every further
   * call runs the row anew, alone: the test is being repeated, and the same outcome would only fail again.
   */
  of(row: Row): Promise<Outcome>
}

/** Runs all rows of a table before its tests, several at once: they mostly wait. */
export function prepareRuns<Row, Outcome>(
  rows: readonly Row[],
  run: (row: Row) => Promise<Outcome>,
  atOnce: number,
): PreparedRuns<Row, Outcome> {
  const outcomes = new Map<Row, PromiseSettledResult<Outcome>>()
  beforeAll(async () => {
    const limit = pLimit(atOnce)
    const settled = await Promise.allSettled(rows.map((row) => limit(() => run(row))))
    for (const [i, row] of rows.entries()) {
      const outcome = settled[i]
      if (outcome) outcomes.set(row, outcome)
    }
  })
  return {
    of: async (row) => {
      const outcome = outcomes.get(row)
      outcomes.delete(row)
      if (!outcome) return await run(row)
      if (outcome.status === 'fulfilled') return outcome.value
      throw outcome.reason
    },
  }
}
