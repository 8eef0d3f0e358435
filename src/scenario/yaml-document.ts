import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Place } from '../base/errors.js'
import type { Problem } from './problem.js'

export type Path = readonly (string | number)[]

const maximumCharacters = 4_000_000
const maximumNodes = 200_000
const maximumDepth = 200
const maximumAliases = 1000

/** What has been read so far, and the limits that hostile files meet. */
interface Conversion {
  nodes: number
  aliases: number
  depth: number
  problems: Problem[]
}

/** Stand in for { } and the comma within ${...} while YAML is read; private use, one code unit each. */
const standIns = { '{': '\uE000', '}': '\uE001', ',': '\uE002' } as const
const standInPattern = /[\uE000-\uE002]/g

/**
 * YAML gives braces and commas a meaning in [a, b] and { a: b }, where `${n}` is to be written as anywhere else. They
 * are exchanged one for one, so that offsets stay the same.
 */
const protectExpressions = (text: string): string =>
  text.replace(/\$\{[^${}\n]*\}/g, (expression) =>
    expression.replace(/[{},]/g, (mark) => standIns[mark as keyof typeof standIns]),
  )

const restoreExpressions = (text: string): string =>
  text.replace(standInPattern, (mark) => (mark === standIns['{'] ? '{' : mark === standIns['}'] ? '}' : ','))

/** Text of a map key; keys that are not scalars are refused while reading. */
const keyText = (pair: Pair): string => restoreExpressions(String(isScalar(pair.key) ? pair.key.value : pair.key))

const errorText = (error: YAMLError): string => {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'a tab cannot indent YAML; use spaces'
    case 'MULTIPLE_DOCS':
      return 'a scenario file holds one document; remove the ---'
    default:
      return `not valid YAML: ${(error.message.split('\n')[0] ?? '').replace(/:$/, '')}`
  }
}

/** A YAML file as plain values, with the place of every key and value. */
export class YamlDocument {
  readonly file: string
  readonly text: string
  readonly #document: Document.Parsed
  /** Offset of each line. */
  readonly #lines: readonly number[]

  private constructor(file: string, text: string, document: Document.Parsed) {
    this.file = file
    this.text = text
    this.#document = document
    this.#lines = [0, ...Array.from(text.matchAll(/\n/g), (match) => match.index + 1)]
  }

  /** Reads `text`; a problem of syntax other than a key that is written twice makes the rest unreadable. */
  static read(text: string, file: string): { document?: YamlDocument; value?: unknown; problems: Problem[] } {
    const problem = (place: Place, what: string): Problem => ({ place, text: what, hint: '', code: 'scenario/syntax' })
    const start = { file, line: 1, column: 1 }
    if (text.length > maximumCharacters) return { problems: [problem(start, 'the file is larger than 4 MB')] }
    if (text.search(standInPattern) !== -1) {
      return { problems: [problem(start, 'the file holds private-use characters (U+E000 to U+E002)')] }
    }
    let parsed: Document.Parsed
    try {
      parsed = parseDocument(protectExpressions(text), {
        prettyErrors: false,
        version: '1.2',
        merge: false,
      })
    } catch (error) {
      // The parser recurses into nested collections; a file nested thousands of levels deep ends there.
      if (!(error instanceof RangeError)) throw error
      return { problems: [problem(start, 'the file is nested too deeply')] }
    }
    const document = new YamlDocument(file, text, parsed)
    const problems = [...parsed.errors, ...parsed.warnings].map((error) => document.#syntaxProblem(error))
    if (parsed.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return { problems }
    if (parsed.contents === null || (isScalar(parsed.contents) && parsed.contents.value === null)) {
      return { problems: [{ ...problem(start, 'the file is empty'), hint: 'a scenario begins with version: 1' }] }
    }
    const value = document.#plain(parsed.contents, { nodes: 0, aliases: 0, depth: 0, problems })
    return { document, value, problems }
  }

  #syntaxProblem(error: YAMLError): Problem {
    const place = this.#at(error.pos[0])
    const code = 'scenario/syntax'
    if (error.code === 'DUPLICATE_KEY') {
      const key = /^[^:\s][^:\n]*/.exec(this.text.slice(error.pos[0]))?.[0] ?? ''
      return { place, text: `"${key.trim()}" is written twice in this mapping`, hint: 'keep one of them', code }
    }
    return { place, text: errorText(error), hint: '', code }
  }

  #at(offset: number): Place {
    // The parser's own counter misses lines that it skips after an error.
    let low = 0
    let high = this.#lines.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#lines[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { file: this.file, line: low + 1, column: offset - (this.#lines[low] ?? 0) + 1 }
  }

  /** The value of a node; beyond a limit nothing, with a problem once. */
  #plain(node: unknown, conversion: Conversion): unknown {
    conversion.nodes++
    if (isAlias(node)) conversion.aliases++
    const { nodes, aliases, depth } = conversion
    if (nodes > maximumNodes || aliases > maximumAliases || depth > maximumDepth) {
      const text = 'the file holds too many values, or values within values'
      if (!conversion.problems.some((problem) => problem.text === text)) {
        conversion.problems.push({ place: this.#at(0), text, hint: '', code: 'scenario/syntax' })
      }
      return null
    }
    conversion.depth++
    const value = isAlias(node)
      ? this.#plain(node.resolve(this.#document), conversion)
      : this.#plainCollection(node, conversion)
    conversion.depth--
    return value
  }

  #plainCollection(node: unknown, reading: Conversion): unknown {
    if (isSeq(node)) return node.items.map((item) => this.#plain(item, reading))
    if (isMap(node)) {
      const object: Record<string, unknown> = Object.create(null)
      for (const pair of node.items) {
        if (!isScalar(pair.key)) {
          const place = this.#at((pair.key as Node | null)?.range?.[0] ?? 0)
          reading.problems.push({ place, text: 'a key must be a text', hint: '', code: 'scenario/syntax' })
        } else object[keyText(pair)] = this.#plain(pair.value, reading)
      }
      return object
    }
    if (!isScalar(node)) return null
    // 0012 and 1e3 stay as they were written: only plain numbers are numbers.
    if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source) {
      return node.source
    }
    if (typeof node.value === 'string') return restoreExpressions(node.value)
    return typeof node.value === 'bigint' ? String(node.value) : node.value
  }

  /** The pair or list item at `path`, as deep as the path exists. */
  #find(path: Path): { pair: Pair | undefined; node: unknown } {
    let node: unknown = this.#document.contents
    let pair: Pair | undefined
    for (const step of path) {
      if (isAlias(node)) node = node.resolve(this.#document)
      if (isMap(node)) {
        const found = node.items.find((item) => isPair(item) && keyText(item) === String(step))
        if (found === undefined) break
        pair = found
        node = found.value
      } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
        pair = undefined
        node = node.items[step]
      } else break
    }
    return { pair, node }
  }

  #exists(path: Path): boolean {
    let value: unknown = this.#document.contents
    for (const step of path) {
      if (isAlias(value)) value = value.resolve(this.#document)
      if (isMap(value)) {
        const found = value.items.find((item) => isPair(item) && keyText(item) === String(step))
        if (found === undefined) return false
        value = found.value
      } else if (isSeq(value) && typeof step === 'number' && step < value.items.length) value = value.items[step]
      else return false
    }
    return true
  }

  /** Where the key of `path` stands; a list item stands where it begins. */
  keyPlace(path: Path): Place {
    const { pair, node } = this.#find(path)
    return this.#at(this.#start(pair === undefined ? node : pair.key))
  }

  /**
   * Where the value of `path` stands, and within a text the character at `offset`. A path that does not exist (a
   * missing key) stands at the key of the mapping that lacks it.
   */
  place(path: Path, offset = 0): Place {
    const { pair, node } = this.#find(path)
    if (pair !== undefined && !this.#exists(path) && !isScalar(node)) return this.keyPlace(path)
    if (isScalar(node) && typeof node.value === 'string' && offset > 0)
      return this.#within(node, restoreExpressions(node.value), offset)
    const start = node === null || node === undefined ? pair?.key : node
    return this.#at(this.#start(start))
  }

  #start(node: unknown): number {
    return (node as Node | null | undefined)?.range?.[0] ?? 0
  }

  #within(node: { type?: string | undefined }, value: string, offset: number): Place {
    const start = this.#start(node)
    if (node.type === 'PLAIN') {
      if (this.text.startsWith(value.slice(0, offset), start)) return this.#at(start + offset)
    } else if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') {
      if (this.text.startsWith(value.slice(0, offset), start + 1)) return this.#at(start + 1 + offset)
    } else if (node.type === 'BLOCK_LITERAL') {
      const before = value.slice(0, offset).split('\n')
      const wanted = value.split('\n')[before.length - 1] ?? ''
      let lineStart = start
      for (let i = 0; i < before.length; i++) lineStart = this.text.indexOf('\n', lineStart) + 1
      const indent = this.text.indexOf(wanted, lineStart) - lineStart
      return this.#at(lineStart + Math.max(0, indent) + (before.at(-1) ?? '').length)
    }
    return this.#at(start)
  }
}
