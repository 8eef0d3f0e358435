import type { Text, Variables } from '../model/scenario.js'
import { compileExpression, type Expression, type ExpressionFault, formatValue } from './arithmetic.js'

/** A text cut at its `${...}`. */
export interface TextParts {
  /** One more than expressions: what stands before, between and after them. */
  readonly literals: readonly string[]
  readonly expressions: readonly (Expression & { readonly offset: number; readonly source: string })[]
}

/** End of the expression that begins at `from`: quotes may hold a brace. */
function closingBrace(source: string, from: number): number {
  let quote = ''
  for (let i = from; i < source.length; i++) {
    const character = source[i] ?? ''
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '}') return i
  }
  return -1
}

/** Splits a text at its `${...}`; `$${` stands for a `${` that is meant as it is. */
export function splitText(source: string, constants: Variables = {}): TextParts | { readonly fault: ExpressionFault } {
  const literals: string[] = []
  const expressions: (Expression & { offset: number; source: string })[] = []
  let literal = ''
  let at = 0
  for (let next = source.indexOf('${'); next !== -1; next = source.indexOf('${', at)) {
    if (source[next - 1] === '$' && next > at) {
      literal += `${source.slice(at, next - 1)}\${`
      at = next + 2
      continue
    }
    const end = closingBrace(source, next + 2)
    if (end === -1) return { fault: { text: `"\${" has no closing "}"`, offset: next } }
    const inside = source.slice(next + 2, end)
    const expression = compileExpression(inside, constants)
    if ('fault' in expression) return { fault: { ...expression.fault, offset: next + 2 + expression.fault.offset } }
    literals.push(literal + source.slice(at, next))
    expressions.push({ ...expression, offset: next + 2, source: inside })
    literal = ''
    at = end + 1
  }
  literals.push(literal + source.slice(at))
  return { literals, expressions }
}

/** A text that is always the same. */
export const constantText = (value: string): Text => ({ source: value, constant: true, render: () => value })

/** Renders the parts of a text; one expression, the usual case, needs no loop. */
export function textFromParts(source: string, parts: TextParts): Text {
  const { literals, expressions } = parts
  const [first, second] = expressions
  const head = literals[0] ?? ''
  if (first === undefined) return { source, constant: true, render: () => head }
  if (second === undefined) {
    const tail = literals[1] ?? ''
    return { source, constant: false, render: (variables) => head + formatValue(first.evaluate(variables)) + tail }
  }
  const render = (variables: Variables): string => {
    let text = head
    for (let i = 0; i < expressions.length; i++) {
      const expression = expressions[i]
      if (expression !== undefined) text += formatValue(expression.evaluate(variables)) + (literals[i + 1] ?? '')
    }
    return text
  }
  return { source, constant: false, render }
}

/** Names that a text refers to, with their offsets in it. */
export const namesOf = (parts: TextParts): { name: string; offset: number }[] =>
  parts.expressions.flatMap((expression) =>
    expression.names.map(({ name, offset }) => ({ name, offset: expression.offset + offset })),
  )
