import { RenderError } from '../base/errors.js'
import type { Variables } from '../model/scenario.js'

export type Value = string | number

/** A compiled `${...}`: numbers, texts, names, + - * / % and parentheses, and a few functions. */
export interface Expression {
  /** Names it refers to, each with its offset in the expression. */
  readonly names: readonly { readonly name: string; readonly offset: number }[]
  evaluate(variables: Variables): Value
}

export interface ExpressionFault {
  readonly text: string
  readonly offset: number
}

type Evaluate = (variables: Variables) => Value
type Token = {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end'
  readonly text: string
  readonly offset: number
}

const tokenPattern = /\s*(?:(\d+(?:\.\d+)?)|("(?:[^"\\]|\\.)*"|'[^']*')|([A-Za-z_][A-Za-z0-9_]*)|([-+*/%(),]))/y
const maximumDepth = 50

export class ExpressionError extends RenderError {
  readonly offset: number
  constructor(text: string, offset: number) {
    super(text)
    this.offset = offset
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  let at = 0
  while (source.slice(at).trim() !== '') {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(source)
    const offset = at + (source.slice(at).length - source.slice(at).trimStart().length)
    if (match === null) throw new ExpressionError(`"${source[offset] ?? ''}" has no meaning in \${...}`, offset)
    const [, number, text, name, sign] = match
    const kind = number !== undefined ? 'number' : text !== undefined ? 'text' : name !== undefined ? 'name' : 'sign'
    tokens.push({ kind, text: number ?? text ?? name ?? sign ?? '', offset })
    at = tokenPattern.lastIndex
  }
  tokens.push({ kind: 'end', text: '', offset: source.length })
  return tokens
}

const decimal = /^\s*[-+]?\d+(?:\.\d+)?\s*$/

const asNumber = (value: Value, sign: string): number => {
  if (typeof value === 'number') return value
  if (decimal.test(value)) return Number(value)
  throw new ExpressionError(`"${value}" is not a number, so ${sign} cannot be applied to it`, 0)
}

/** + adds numbers and joins texts; a text of digits counts as a number. */
const add = (left: Value, right: Value): Value => {
  const numeric = (value: Value) => typeof value === 'number' || decimal.test(value)
  return numeric(left) && numeric(right) ? Number(left) + Number(right) : `${left}${right}`
}

const divide = (left: number, right: number): number => {
  if (right === 0) throw new ExpressionError('division by zero', 0)
  return left / right
}

const signs: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  '+': add,
  '-': (left, right) => asNumber(left, '-') - asNumber(right, '-'),
  '*': (left, right) => asNumber(left, '*') * asNumber(right, '*'),
  '/': (left, right) => divide(asNumber(left, '/'), asNumber(right, '/')),
  '%': (left, right) => {
    const divisor = asNumber(right, '%')
    if (divisor === 0) throw new ExpressionError('division by zero', 0)
    return asNumber(left, '%') % divisor
  },
}

/** Functions, with the number of their arguments. */
const functions: Readonly<Record<string, { readonly count: number; apply(values: readonly Value[]): Value }>> = {
  pad: {
    count: 2,
    apply: ([value = '', width = 0]) => String(value).padStart(Math.min(64, asNumber(width, 'pad')), '0'),
  },
  int: { count: 1, apply: ([value = 0]) => Math.trunc(asNumber(value, 'int')) },
}

export const functionNames = Object.keys(functions)

class Parser {
  readonly names: { name: string; offset: number }[] = []
  readonly #tokens: readonly Token[]
  readonly #constants: Variables
  #position = 0
  #depth = 0

  constructor(source: string, constants: Variables) {
    this.#tokens = tokenize(source)
    this.#constants = constants
  }

  get #token(): Token {
    return this.#tokens[this.#position] ?? { kind: 'end', text: '', offset: 0 }
  }

  #take(): Token {
    const token = this.#token
    this.#position++
    return token
  }

  #accept(...texts: string[]): Token | undefined {
    return this.#token.kind === 'sign' && texts.includes(this.#token.text) ? this.#take() : undefined
  }

  whole(): Evaluate {
    const result = this.#sum()
    const rest = this.#token
    if (rest.kind !== 'end') throw new ExpressionError(`"${rest.text}" is not expected here`, rest.offset)
    return result
  }

  #sum(): Evaluate {
    if (++this.#depth > maximumDepth) throw new ExpressionError('the expression is nested too deeply', 0)
    let left = this.#product()
    for (let sign = this.#accept('+', '-'); sign; sign = this.#accept('+', '-')) {
      left = this.#binary(sign, left, this.#product())
    }
    this.#depth--
    return left
  }

  #product(): Evaluate {
    let left = this.#factor()
    for (let sign = this.#accept('*', '/', '%'); sign; sign = this.#accept('*', '/', '%')) {
      left = this.#binary(sign, left, this.#factor())
    }
    return left
  }

  #binary(sign: Token, left: Evaluate, right: Evaluate): Evaluate {
    const apply = signs[sign.text]
    if (apply === undefined) throw new ExpressionError(`"${sign.text}" is not expected here`, sign.offset)
    return (variables) => apply(left(variables), right(variables))
  }

  #factor(): Evaluate {
    let negative = false
    while (this.#accept('-')) negative = !negative
    const operand = this.#operand()
    return negative ? (variables) => -asNumber(operand(variables), '-') : operand
  }

  #operand(): Evaluate {
    const token = this.#take()
    if (token.kind === 'number') {
      const value = Number(token.text)
      return () => value
    }
    if (token.kind === 'text') {
      const value = token.text.slice(1, -1).replace(/\\(.)/g, '$1')
      return () => value
    }
    if (token.kind === 'name') return this.#accept('(') ? this.#call(token) : this.#name(token)
    if (token.kind === 'sign' && token.text === '(') {
      const inner = this.#sum()
      this.#expect(')')
      return inner
    }
    if (token.kind === 'end') throw new ExpressionError('a name or a number is missing at the end', token.offset)
    throw new ExpressionError(`"${token.text}" is not expected here`, token.offset)
  }

  #name({ text: name, offset }: Token): Evaluate {
    this.names.push({ name, offset })
    const constant = Object.hasOwn(this.#constants, name) ? this.#constants[name] : undefined
    if (constant !== undefined) return () => constant
    return (variables) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (value === undefined) throw new ExpressionError(`"${name}" has no value`, offset)
      return value
    }
  }

  #call({ text: name, offset }: Token): Evaluate {
    const known = Object.hasOwn(functions, name) ? functions[name] : undefined
    if (known === undefined) {
      throw new ExpressionError(`unknown function "${name}"; known: ${functionNames.join(', ')}`, offset)
    }
    const values = [this.#sum()]
    while (this.#accept(',')) values.push(this.#sum())
    this.#expect(')')
    if (values.length !== known.count) {
      throw new ExpressionError(`${name}() takes ${known.count} values, not ${values.length}`, offset)
    }
    return (variables) => known.apply(values.map((value) => value(variables)))
  }

  #expect(sign: string): void {
    if (!this.#accept(sign)) throw new ExpressionError(`"${sign}" is missing`, this.#token.offset)
  }
}

/** Compiles the inside of `${...}`; constants are bound, other names are looked up when it is evaluated. */
export function compileExpression(
  source: string,
  constants: Variables = {},
): Expression | { readonly fault: ExpressionFault } {
  try {
    const parser = new Parser(source, constants)
    const evaluate = parser.whole()
    return { names: parser.names, evaluate }
  } catch (error) {
    if (error instanceof ExpressionError) return { fault: { text: error.message, offset: error.offset } }
    throw error
  }
}

/** Whole numbers without a point; others with at most six decimals. */
export const formatValue = (value: Value): string =>
  typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)))
