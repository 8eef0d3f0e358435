import { afterAll, onTestFinished, TestRunner } from 'vitest'

type Stop = () => Promise<void> | void

const atFileEnd: Stop[] = []

/** Runs every stop even when one fails, the last started first, and then reports the failures together. */
async function runAll(stops: Stop[]): Promise<void> {
  const failures: unknown[] = []
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
    try {
      await stop()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped')
}

afterAll(() => runAll(atFileEnd))

/**
 * Runs `stop` when the running test ends, or, outside a test (beforeAll, module level), when its file ends. A stop
 * must be safe to call twice, since tests may have called it themselves.
 */
export function atEnd(stop: Stop): void {
  if (TestRunner.getCurrentTest() === undefined) atFileEnd.push(stop)
  else onTestFinished(stop)
}
