/**
 * Times that rules measure by, in milliseconds, ascending: what is between two of them is all the same to every rule.
 * A rule with another time of its own has it entered here; test/conformance/precedents.test.ts looks.
 */
export const durationMarks: readonly number[] = [0, 50, 100, 200, 250, 300, 500, 1000, 2000, 3500, 32_000]

/** With an end that nothing is beyond. */
const marks = Float64Array.from([...durationMarks, Number.POSITIVE_INFINITY])

/** Number of the interval between two marks that a time falls in; `0` counts apart from what is more. */
export function intervalOf(ms: number): number {
  let at = 0
  while (ms > marks[at]!) at++
  return ms === marks[at] ? 2 * at + 1 : 2 * at
}
