// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the language under test
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RenderError } from '../../src/base/errors.js'
import { compileExpression, formatValue, type Value } from '../../src/scenario/arithmetic.js'

function evaluate(source: string, variables: Record<string, Value> = {}): string {
  const compiled = compileExpression(source)
  if ('fault' in compiled) throw new Error(`${compiled.fault.offset}: ${compiled.fault.text}`)
  return formatValue(compiled.evaluate(variables))
}

describe('expressions have the value that arithmetic gives them', () => {
  test.each<[string, Record<string, Value>, string]>([
    ['1000 + n', { n: 7 }, '1007'],
    ['2 + 3 * 4', {}, '14'],
    ['(2 + 3) * 4', {}, '20'],
    ['10 - 4 - 3', {}, '3'],
    ['100 / 4 / 5', {}, '5'],
    ['1 / 3', {}, '0.333333'],
    ['call % 10', { call: 127 }, '7'],
    ['-n', { n: 3 }, '-3'],
    ['--3', {}, '3'],
    ['2 - -3', {}, '5'],
    ['-2 * -3', {}, '6'],
    ['pad(n, 4)', { n: 42 }, '0042'],
    ['pad(n + 1, 2)', { n: 199 }, '200'],
    ['int(7 / 2)', {}, '3'],
    ['"a" + n', { n: 1 }, 'a1'],
    ["'it' + 's'", {}, 'its'],
    ['"\\"" + 1', {}, '"1'],
    ['user', { user: 'alice' }, 'alice'],
    ['user + 1', { user: '1001' }, '1002'],
    ['user + 1', { user: 'alice' }, 'alice1'],
    ['0.1 + 0.2', {}, '0.3'],
    [' n ', { n: 0 }, '0'],
  ])('%s with %o is %s', (source, variables, value) => {
    expect(evaluate(source, variables)).toBe(value)
  })
})

describe('what is not an expression is told with its place', () => {
  test.each([
    ['', '0: a name or a number is missing at the end'],
    ['1 +', '3: a name or a number is missing at the end'],
    ['1 2', '2: "2" is not expected here'],
    ['(1', '2: ")" is missing'],
    ['1)', '1: ")" is not expected here'],
    ['a.b', '1: "." has no meaning in ${...}'],
    ['a = 1', '2: "=" has no meaning in ${...}'],
    ['process.exit(1)', '7: "." has no meaning in ${...}'],
    ['exit(1)', '0: unknown function "exit"; known: pad, int'],
    ['constructor(1)', '0: unknown function "constructor"; known: pad, int'],
    ['pad(1)', '0: pad() takes 2 values, not 1'],
    ['"open', '0: """ has no meaning in ${...}'],
    ['`1`', '0: "`" has no meaning in ${...}'],
  ])('%s', (source, fault) => {
    expect(() => evaluate(source)).toThrow(fault)
  })

  test('nesting is bounded', () => {
    expect(() => evaluate(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toThrow('nested too deeply')
  })
})

describe('a value that cannot be calculated is told when it is needed', () => {
  test.each([
    ['1 / n', { n: 0 }, 'division by zero'],
    ['1 % n', { n: 0 }, 'division by zero'],
    ['user * 2', { user: 'alice' }, '"alice" is not a number, so * cannot be applied to it'],
    ['user', {}, '"user" has no value'],
    ['toString', {}, '"toString" has no value'],
  ])('%s with %o', (source, variables, text) => {
    expect(() => evaluate(source, variables)).toThrow(text)
    expect(() => evaluate(source, variables)).toThrow(RenderError)
  })
})

interface Tree {
  readonly text: string
  readonly value: number
}

const operators: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.nat(1000).map((value) => ({ text: String(value), value })),
    fc
      .tuple(tie('tree'), fc.constantFrom(...Object.keys(operators)), tie('tree'), fc.constantFrom('', ' ', '  '))
      .map(([left, sign, right, space]) => ({
        text: `(${left.text}${space}${sign}${space}${right.text})`,
        value: operators[sign]?.(left.value, right.value) ?? Number.NaN,
      })),
  ),
}))

test('any tree of sums and products has the value that JavaScript gives it', () => {
  fc.assert(
    fc.property(tree, ({ text, value }) => {
      const compiled = compileExpression(text)
      expect('fault' in compiled ? compiled.fault : compiled.evaluate({})).toBe(value)
    }),
    { numRuns: 300 },
  )
})

test('no text makes the compiler throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (source) => {
      const compiled = compileExpression(source)
      expect('fault' in compiled || typeof compiled.evaluate === 'function').toBe(true)
    }),
    { numRuns: 1000 },
  )
})
