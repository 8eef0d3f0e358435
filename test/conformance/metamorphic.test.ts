import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { readFlow, type Step } from './flow.js'
import { inspect, violated } from './inspect.js'

const flows = readdirSync(new URL('../fixtures/flows/', import.meta.url)).map((file) => file.replace('.flow', ''))

/** Frames that the capture lacks, with the rules that then see a violation. */
function wronglyFound(steps: readonly Step[], lacking: readonly number[]): string[] {
  const found = violated(inspect(steps.filter((_, index) => !lacking.includes(index))))
  return found.length === 0 ? [] : [`without ${lacking.map((index) => index + 1).join()}: ${found.join()}`]
}

describe('what a capture lacks makes no violation:', () => {
  test.each(flows)('any message of %s', (name) => {
    const steps = readFlow(name)
    expect(steps.flatMap((_, index) => wronglyFound(steps, [index]))).toEqual([])
  })

  test.each(flows)('any two messages of %s', (name) => {
    const steps = readFlow(name)
    const pairs = steps.flatMap((_, a) => steps.slice(a + 1).map((_, b) => [a, a + 1 + b]))
    expect(pairs.flatMap((pair) => wronglyFound(steps, pair))).toEqual([])
  })

  test.each(flows)('the beginning or the end of %s', (name) => {
    const steps = readFlow(name)
    const found = steps.flatMap((_, cut) => {
      const [before, after] = [steps.slice(0, cut), steps.slice(cut)]
      return [before, after].filter((part) => part.length > 0).flatMap((part) => violated(inspect(part)))
    })
    expect(found).toEqual([])
  })
})

describe('all flows in one capture', () => {
  const all = flows.flatMap((name, index) =>
    readFlow(name).map((step) => ({
      ...step,
      atMs: step.atMs + index * 1_000_000,
      text: step.text.replaceAll('tag=a1c3', `tag=${name}1`).replaceAll('tag=b7d9', `tag=${name}2`),
    })),
  )

  test('give no violation', () => expect(violated(inspect(all))).toEqual([]))

  test('give none with 5 % of the messages missing, ten times', () => {
    const found = Array.from({ length: 10 }, (_, seed) => {
      const rng = new Rng(seed)
      return violated(inspect(all.filter(() => rng.next() >= 0.05)))
    })
    expect(found.flat()).toEqual([])
  })
})
