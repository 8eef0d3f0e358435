// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { readScenario } from '../../src/scenario/read-scenario.js'
import { steps } from '../../src/scenario/steps/registry.js'
import { fixtureFile, withCalled, withFlow } from './reading-aid.js'

const folder = join(import.meta.dirname, '../../scenarios')
const corpus = [
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(yaml|md)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8')),
  ...steps.map((step) => (step.contexts.includes('flow') ? withFlow(step.example) : withCalled(step.example))),
]

/** Words of the validator's library, which are not ours: a message in them was not thought of. */
const foreignWords = /^(Invalid|Unrecognized|Too (big|small)|Expected)|invalid_|undefined|\[object/

/** Reads; whatever comes out is a scenario or problems that point into the file. */
function readAny(text: string): number {
  const result = readScenario(text, fixtureFile, { set: {}, seed: 1 })
  if ('scenario' in result) return 0
  const lines = text.split('\n')
  for (const { place, text: said } of result.problems) {
    expect(said).not.toMatch(foreignWords)
    expect(place.line).toBeGreaterThanOrEqual(1)
    expect(place.line).toBeLessThanOrEqual(Math.max(1, lines.length))
    expect(place.column).toBeGreaterThanOrEqual(1)
    expect(place.column).toBeLessThanOrEqual((lines[place.line - 1] ?? '').length + 1)
  }
  return result.problems.length
}

const intruders = [
  '[',
  ']',
  '{',
  '}',
  ':',
  ': ',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '${',
  '}',
  '&a ',
  '*a',
  '!!x ',
  '|',
  '#',
  '0',
  '-1',
  '%',
  '\u0000',
  '\uFFFF',
  'é',
  '~',
  '<<: ',
  '? ',
]
const values = [
  '[]',
  '{}',
  '~',
  '17',
  '-1',
  '1e99',
  'true',
  '[a, b]',
  '{ a: 1 }',
  '"${"',
  '"${n}"',
  '${1 + 2}',
  'x y z',
  '3s',
  '5%',
  '""',
]

function mutate(text: string, rng: Rng): string {
  const at = rng.integer(0, text.length)
  switch (rng.integer(0, 5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + rng.integer(1, 20))
    case 1:
      return text.slice(0, at) + (intruders[rng.integer(0, intruders.length - 1)] ?? '') + text.slice(at)
    case 2: {
      const lines = text.split('\n')
      const from = rng.integer(0, lines.length - 1)
      lines.splice(rng.integer(0, lines.length - 1), 0, lines[from] ?? '')
      return lines.join('\n')
    }
    case 3: {
      const letter = String.fromCharCode(97 + rng.integer(0, 25))
      return text.slice(0, at) + letter + text.slice(at + 1)
    }
    default: {
      // Another value for some key.
      const keys = [...text.matchAll(/(?<=[a-z]: )[^\n,}]+/g)]
      const key = keys[rng.integer(0, keys.length - 1)]
      const value = values[rng.integer(0, values.length - 1)] ?? ''
      return key === undefined ? text : text.slice(0, key.index) + value + text.slice(key.index + key[0].length)
    }
  }
}

test('no mutation of a scenario does anything but give a scenario or problems', () => {
  const rng = new Rng(20_261_120, 'scenario fuzz')
  let refused = 0
  const wanted = Number(process.env.SIPLOADGEN_FUZZ_SCENARIOS ?? 1500)
  for (let i = 0; i < wanted; i++) {
    let text = corpus[i % corpus.length] ?? ''
    for (let times = rng.integer(1, 3); times > 0; times--) text = mutate(text, rng)
    try {
      if (readAny(text) > 0) refused++
    } catch (cause) {
      throw new Error(`mutation ${i}:\n${text}`, { cause })
    }
  }
  expect(refused).toBeGreaterThan(wanted / 3)
})

test('no text at all does anything but give problems', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(readAny(text)).toBeGreaterThan(0)
    }),
    { numRuns: 300 },
  )
})

describe('hostile files are refused in good time', () => {
  test.each([
    ['nested lists', `a: ${'['.repeat(20_000)}`],
    ['nested mappings', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    [
      'aliases that multiply',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]`).join('\n')}`,
    ],
    ['an alias of itself', 'version: 1\nagents: &a\n  x: *a\nload: { for: 1s }'],
    [
      'a prototype',
      'version: 1\n__proto__: { a: 1 }\nconstructor: { b: 2 }\nagents: { __proto__: { count: 1 } }\nload: { for: 1s }',
    ],
    ['a long line', `version: 1\nname: ${'x'.repeat(100_000)}\nagents: ${'y'.repeat(100_000)}`],
    ['a large file', '# '.repeat(3_000_000)],
    ['nested steps', withFlow(`- ${'{ repeat: { times: 2, steps: [ '.repeat(100)} wait 1s ${'] } }'.repeat(100)}`)],
  ])('%s', (_name, text) => {
    const start = performance.now()
    expect(readAny(text)).toBeGreaterThan(0)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
