import * as z from 'zod'
import type { Expected } from '../model/instruction.js'
import type { Duration } from '../model/scenario.js'
import {
  parseBytes,
  parseDuration,
  parseListening,
  parseMilliseconds,
  parsePercent,
  parseRate,
  type Quantity,
} from './quantity.js'
import { didYouMean } from './suggest.js'

/** Separates the texts of several unknown keys in one issue; zod gives one message for all of them. */
export const unknownKeySeparator = '\n'

/** A mapping with exactly these keys. */
export const mapping = <Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return 'expected a mapping (key: value)'
      const known = Object.keys(shape)
      return issue.keys.map((key) => `unknown key "${key}"${didYouMean(key, known)}`).join(unknownKeySeparator)
    },
  })

const parsed = <T>(parse: (text: string) => Quantity<T>, expected: string, kind: string) =>
  z
    .string({
      error: (issue) => (typeof issue.input === 'number' ? `${issue.input} has no unit; ${expected}` : expected),
    })
    .meta({ kind })
    .transform((text, context): T => {
      const quantity = parse(text)
      if ('value' in quantity) return quantity.value
      context.issues.push({ code: 'custom', message: quantity.wrong, input: text })
      return z.NEVER
    })

/** A time that is the same for all, in ms. */
export const milliseconds = parsed(parseMilliseconds, 'expected a time such as 500ms, 30s or 2m', 'TIME')

/** A time that is longer than nothing. */
export const positiveMilliseconds = milliseconds.refine((ms) => ms > 0, { error: 'the time must be longer than 0' })

/** A time that may be drawn for each call. */
export const duration: z.ZodType<Duration> = parsed(
  parseDuration,
  'expected a time such as 30s, 10s to 60s, exponential 30s or normal 30s +- 5s',
  'DURATION',
)

/** Events per second. */
export const rate = parsed(parseRate, 'expected a rate such as 10/s or 600/m', 'RATE').refine((value) => value > 0, {
  error: 'the rate must be above 0',
})

/** How much a file may hold, in bytes: at least what one packet may need. */
export const dataSize = parsed(parseBytes, 'expected a size such as 50MB or 1GB', 'SIZE').refine(
  (bytes) => bytes >= 100_000,
  { error: 'the least is 100kB' },
)

/** 0 to 100. */
export const percent = parsed(parsePercent, 'expected a percentage such as 5%', 'PERCENT')

/** How much is listened to, 0 to 1. */
export const listeningShare = parsed(parseListening, 'expected full, off or a percentage such as 25%', 'SHARE')

/** A text; numbers and booleans count as what they look like. */
export const text = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text' })
  .meta({ kind: 'TEXT' })
  .transform((value) => String(value))

const wholeNumber = (low: number, high: number) =>
  z
    .int({ error: 'expected a whole number' })
    .min(low, { error: (issue) => `${issue.input} is too small; the least is ${low}` })
    .max(high, { error: (issue) => `${issue.input} is too large; the most is ${high}` })

/** A whole number from `low` to `high`. */
export const integer = wholeNumber

/** How many: one or more. */
export const count = (high = 1_000_000) => wholeNumber(1, high)

export const flag = z.boolean({ error: 'expected true or false' })

/** One of a few words. */
export const choice = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, {
    error: (issue) => {
      if (typeof issue.input === 'object') return `expected one of ${names.join(', ')}`
      const near = typeof issue.input === 'string' ? didYouMean(issue.input, names) : ''
      const suggestion = near.startsWith(',') ? near : ''
      return `"${String(issue.input)}" is not one of ${names.join(', ')}${suggestion}`
    },
  })

/** One thing or a list of them. */
export const oneOrMany = <T extends z.ZodType>(item: T, expected: string) =>
  z.union([item, z.array(item, { error: expected })], { error: expected }).transform((value) => {
    return (Array.isArray(value) ? value : [value]) as z.output<T>[]
  })

const headerName = /^[A-Za-z0-9\-.!%*_+`'~]+$/

/** Header fields by name (RFC 3261 25.1: a token); a list gives a field more than once. */
export const headers = z
  .record(
    z.string(),
    oneOrMany(
      text.refine((value) => !/[\r\n]/.test(value), { error: 'a header value is one line' }),
      'expected a header value or a list of them',
    ),
    { error: 'expected a mapping of header names to values' },
  )
  .superRefine((fields, context) => {
    for (const name of Object.keys(fields)) {
      if (headerName.test(name)) continue
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `"${name}" is not a header name`,
        params: { key: true },
      })
    }
  })

const statusText = /^(?:([1-6]\d\d)|([1-6])xx)$/i

/** Reads `200`, `4xx` or `486 or 600`; undefined when it is neither. */
export function parseExpected(source: string): Expected | undefined {
  const codes: number[] = []
  const classes: number[] = []
  for (const part of source.split(/\s+or\s+|\s*,\s*/)) {
    const match = statusText.exec(part.trim())
    if (match === null) return undefined
    if (match[1] !== undefined) codes.push(Number(match[1]))
    else classes.push(Number(match[2]))
  }
  return { codes, classes }
}

const statuses = 'expected a status such as 200, a class such as 4xx, or several of them'

/** Final statuses that a step accepts. */
export const expected = oneOrMany(
  z.union([z.string(), z.number()], { error: statuses }).meta({ kind: 'STATUS' }),
  statuses,
).transform((parts, context): Expected => {
  const all = parseExpected(parts.join(' or '))
  if (all !== undefined) return all
  context.issues.push({
    code: 'custom',
    message: `"${parts.join(', ')}" is not understood: ${statuses}`,
    input: parts,
  })
  return z.NEVER
})

/** Steps are read one by one, so that each mistake has its own place; this only says what belongs there. */
export const steps = (context: 'flow' | 'when called') =>
  z.array(z.unknown(), { error: 'expected a list of steps' }).meta({ steps: context })

export const role = choice(['caller', 'callee'])
