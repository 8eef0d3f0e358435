import { expect, test } from 'vitest'
import { didYouMean, editDistance, suggest } from '../../src/scenario/suggest.js'

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
])('the distance from %o to %o is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})

test.each([
  ['hangupp', ['hold', 'hang up', 'wait'], 'hang up'],
  ['HANG_UP', ['hold', 'hang up'], 'hang up'],
  ['trasnport', ['transport', 'register'], 'transport'],
  ['xyz', ['transport', 'register'], undefined],
  ['c', ['a', 'b'], undefined],
  ['x'.repeat(100), ['x'.repeat(99)], undefined],
])('%s among %o means %s', (name, known, meant) => {
  expect(suggest(name, known)).toBe(meant)
})

test('without a near name the known ones are listed, a dozen at most', () => {
  expect(didYouMean('zzz', ['one', 'two'])).toBe('; known: one, two')
  expect(
    didYouMean(
      'zzz',
      Array.from({ length: 20 }, (_, i) => `name${i}`),
    ),
  ).toMatch(/name11, \.\.\.$/)
  expect(didYouMean('zzz', [])).toBe('')
})
