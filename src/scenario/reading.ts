import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type * as z from 'zod'
import type { ErrorCode, Place } from '../base/errors.js'
import type { Text } from '../model/scenario.js'
import { ExpressionError, type Value } from './arithmetic.js'
import { unknownKeySeparator } from './fields.js'
import type { Problem } from './problem.js'
import { didYouMean, suggest } from './suggest.js'
import { constantText, namesOf, splitText, type TextParts, textFromParts } from './text.js'
import type { Path, YamlDocument } from './yaml-document.js'

interface ProblemOptions {
  readonly hint?: string
  readonly code?: ErrorCode
  /** Point at the key instead of the value. */
  readonly key?: boolean
  /** Point at this character of the value. */
  readonly offset?: number
}

/** What a value is, in words. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string'
    ? `the text "${value.length > 40 ? `${value.slice(0, 40)}...` : value}"`
    : String(value)
}

/** What could be read of a mapping. */
export type Fields<Schema extends z.ZodObject> = {
  readonly [Key in keyof z.output<Schema>]?: z.output<Schema>[Key] | undefined
}

export type Mapping = Readonly<Record<string, unknown>>

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The state of reading one file: its values, inputs and all problems so far. */
export class Reading {
  readonly document: YamlDocument
  readonly problems: Problem[] = []
  inputs: Readonly<Record<string, Value>> = {}

  constructor(document: YamlDocument) {
    this.document = document
  }

  problem(path: Path, text: string, options: ProblemOptions = {}): void {
    const place = options.key ? this.document.keyPlace(path) : this.document.place(path, options.offset ?? 0)
    this.problemAt(place, text, options)
  }

  problemAt(place: Place, text: string, options: { readonly hint?: string; readonly code?: ErrorCode } = {}): void {
    this.problems.push({ place, text, hint: options.hint ?? '', code: options.code ?? 'scenario/invalid' })
  }

  /** The value by this schema, or undefined with a problem for each mistake. */
  parse<T>(schema: z.ZodType<T>, value: unknown, path: Path): T | undefined {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    this.#issues(result.error.issues, value, path)
    return undefined
  }

  #issues(issues: readonly z.core.$ZodIssue[], root: unknown, base: Path): void {
    const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys').map((issue) => issue.message)
    for (const issue of issues) {
      // A key that is missing because it is misspelt is one mistake, not two.
      const missing = `did you mean "${String(issue.path.at(-1))}"?`
      const misspelt = isWrongType(issue) && unknown.some((message) => message.includes(missing))
      if (!misspelt) this.#issue(issue, root, base)
    }
  }

  /**
   * The keys of a mapping, each read on its own: a mistake in one hides none in another, and keys that are wrong are
   * left out.
   */
  fields<Schema extends z.ZodObject>(schema: Schema, value: unknown, path: Path): Fields<Schema> {
    if (!isMapping(value)) {
      this.parse(schema, value, path)
      return {}
    }
    const known = Object.keys(schema.shape)
    const unknown = Object.keys(value).filter((key) => !known.includes(key))
    for (const key of unknown) {
      this.problem([...path, key], `unknown key "${key}"${didYouMean(key, known)}`, { key: true })
    }
    const meant = unknown.map((key) => suggest(key, known))
    const fields: Record<string, unknown> = {}
    for (const [key, field] of Object.entries(schema.shape)) {
      if (Object.hasOwn(value, key)) fields[key] = this.parse<unknown>(field as z.ZodType, value[key], [...path, key])
      else if (!(field as z.ZodType).safeParse(undefined).success && !meant.includes(key)) {
        this.problem([...path, key], `"${key}" is missing`)
      }
    }
    return fields as Fields<Schema>
  }

  #issue(issue: z.core.$ZodIssue, root: unknown, base: Path): void {
    const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
    const path = [...base, ...steps]
    let found = root
    let present = true
    for (const step of steps) {
      const holder = found as Record<string | number, unknown> | null
      present = typeof holder === 'object' && holder !== null && Object.hasOwn(holder, step)
      found = present ? holder?.[step] : undefined
    }
    if (steps.length > 0 && !present) {
      this.problem(path, `"${steps.at(-1)}" is missing`)
      return
    }
    if (issue.code === 'unrecognized_keys') {
      const texts = issue.message.split(unknownKeySeparator)
      for (const [i, key] of issue.keys.entries()) {
        this.problem([...path, key], texts[i] ?? `unknown key "${key}"`, { key: true })
      }
      return
    }
    if (issue.code === 'invalid_union') {
      const branches = issue.errors.filter(
        (errors) => !errors.some((error) => error.path.length === 0 && isWrongType(error)),
      )
      // Of a list or a mapping only what is wrong within it is worth telling.
      const within = branches.find((errors) => errors.every((error) => error.path.length > 0))
      const branch = typeof found === 'object' ? (within ?? branches[0]) : branches[0]
      if (branch !== undefined) {
        this.#issues(branch, found, path)
        return
      }
    }
    if (this.#unresolved(found, path)) return
    const wrongType = isWrongType(issue) || (issue.code === 'custom' && found === null)
    const text =
      wrongType && !issue.message.includes('has no unit') ? `${issue.message}, found ${kindOf(found)}` : issue.message
    const key = issue.code === 'custom' && issue.params?.key === true
    this.problem(path, text, { key })
  }

  /** A `${...}` that is left where only inputs can be used explains more than what it breaks. */
  #unresolved(value: unknown, path: Path): boolean {
    if (typeof value !== 'string' || !value.includes('${')) return false
    const parts = splitText(value)
    if ('fault' in parts) {
      this.problem(path, parts.fault.text, { offset: parts.fault.offset })
      return true
    }
    // Where every name is an input, expanding the text has said already why it has no value.
    this.#unknownNames(parts, path, Object.keys(this.inputs), ': only inputs can be used here')
    return parts.expressions.length > 0
  }

  #unknownNames(parts: TextParts, path: Path, known: readonly string[], where = ''): boolean {
    let unknown = false
    for (const { name, offset } of namesOf(parts)) {
      if (known.includes(name)) continue
      unknown = true
      this.problem(path, `"${name}" is not defined${where}${didYouMean(name, known)}`, {
        offset,
        code: 'scenario/input',
      })
    }
    return unknown
  }

  /**
   * Compiles a text whose `${...}` may use inputs and `names`; `later` says why a name has no value yet. With a problem the result is a constant, so that
   * reading goes on.
   */
  text(source: string, path: Path, names: readonly string[], later?: ReadonlyMap<string, string>): Text {
    const parts = splitText(source, this.inputs)
    if ('fault' in parts) {
      this.problem(path, parts.fault.text, { offset: parts.fault.offset })
      return constantText('')
    }
    const early = namesOf(parts).filter(({ name }) => later?.has(name))
    for (const { name, offset } of early) this.problem(path, `"${name}" ${later?.get(name)}`, { offset })
    if (early.length > 0) return constantText('')
    if (this.#unknownNames(parts, path, [...Object.keys(this.inputs), ...names])) return constantText('')
    return textFromParts(source, parts)
  }

  /** Replaces `${...}` over inputs alone in every text below `value`; a text that needs more stays as it is. */
  expand(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return this.#expandText(value, path)
    if (Array.isArray(value)) return value.map((item, i) => this.expand(item, [...path, i]))
    if (typeof value !== 'object' || value === null) return value
    const expanded: Record<string, unknown> = Object.create(null)
    for (const [key, item] of Object.entries(value)) {
      expanded[key] = path.length === 0 && key === 'inputs' ? item : this.expand(item, [...path, key])
    }
    return expanded
  }

  #expandText(source: string, path: Path): unknown {
    if (!source.includes('${')) return source
    const parts = splitText(source)
    if ('fault' in parts || parts.expressions.length === 0) return source
    if (!namesOf(parts).every(({ name }) => Object.hasOwn(this.inputs, name))) return source
    const [only] = parts.expressions
    try {
      if (only !== undefined && parts.expressions.length === 1 && parts.literals.every((literal) => literal === '')) {
        return only.evaluate(this.inputs)
      }
      return textFromParts(source, parts).render(this.inputs)
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      this.problem(path, error.message)
      return source
    }
  }

  /** The full name of a file that the scenario names relative to itself. */
  fullName(name: string): string {
    return resolve(dirname(resolve(this.document.file)), name)
  }

  /** A file named in the scenario; must exist. */
  file(name: string, path: Path): string {
    const full = this.fullName(name)
    if (!statSync(full, { throwIfNoEntry: false })?.isFile()) {
      this.problem(path, `the file "${name}" does not exist`, {
        hint: 'names are relative to the scenario file',
        code: 'scenario/unreadable',
      })
    }
    return full
  }
}

const isWrongType = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' ||
  (issue.code === 'invalid_union' &&
    issue.errors.every((errors) => errors.some((error) => error.path.length === 0 && isWrongType(error))))
