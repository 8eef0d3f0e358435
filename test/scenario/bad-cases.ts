import { describe, expect, test } from 'vitest'
import { problemsOf, unmark } from './reading-aid.js'

/** A marked scenario («: where) and the texts of its problems, in order. */
export type BadCase = readonly [name: string, marked: string, ...texts: string[]]

function check(marked: string, texts: readonly string[]): void {
  const { text, places } = unmark(marked)
  const found = problemsOf(text).map(({ line, column, text }) => ({ line, column, text }))
  expect(found).toEqual(texts.map((wanted, i) => ({ ...places[i], text: wanted })))
}

/** A test for each case of each table: what is found, and at which line and column. */
export function testBadCases(tables: Readonly<Record<string, readonly BadCase[]>>): void {
  for (const [about, cases] of Object.entries(tables)) {
    describe(about, () => {
      test.each(cases.map(([name, marked, ...texts]) => ({ name, marked, texts })))('$name', ({ marked, texts }) => {
        check(marked, texts)
      })
    })
  }
}
