import { type MetricName, type MetricUnit, metricTable, metricTags } from '../model/metric-table.js'
import type { Aggregate, Threshold } from '../model/scenario.js'

/** A threshold as it is written, without its place in a file. */
export type ThresholdParts = Omit<Threshold, 'source'> & {
  /** Name of the fault whose time, or whose figures, it is about. */
  readonly during: string | undefined
}

/** What is wrong with a threshold and at which character of it. */
export interface ThresholdFault {
  readonly text: string
  readonly offset: number
  /** The word that is not known, when that is the fault, and those that are. */
  readonly unknown?: { readonly word: string; readonly known: readonly string[] }
}

class Fault extends Error {
  readonly fault: ThresholdFault
  constructor(text: string, offset: number, unknown?: ThresholdFault['unknown']) {
    super(text)
    this.fault = unknown === undefined ? { text, offset } : { text, offset, unknown }
  }
}

interface Word {
  readonly text: string
  readonly offset: number
}

const operators = ['<=', '>=', '==', '!=', '<', '>'] as const
type Operator = (typeof operators)[number]

const wordPattern = /\s*(<=|>=|==|!=|[<>=]|"[^"]*"|[^\s<>=!"]+|\S)/y

function splitWords(source: string): Word[] {
  const words: Word[] = []
  wordPattern.lastIndex = 0
  for (let match = wordPattern.exec(source); match !== null; match = wordPattern.exec(source)) {
    const text = match[1] ?? ''
    words.push({ text, offset: wordPattern.lastIndex - text.length })
  }
  return words
}

/** How many of a unit make one of the metric's own. */
const conversions: Readonly<Record<MetricUnit, Readonly<Record<string, number>>>> = {
  ms: { us: 0.001, ms: 1, s: 1000, m: 60_000 },
  s: { ms: 0.001, s: 1, m: 60, h: 3600 },
  '%': { '%': 1 },
  MOS: { MOS: 1, '': 1 },
  '/s': { '/s': 1, '/m': 1 / 60 },
  '': { '': 1 },
}

const unitExamples: Readonly<Record<MetricUnit, string>> = {
  ms: '250ms or 2s',
  s: '30s',
  '%': '99.9%',
  MOS: '4.0',
  '/s': '50/s',
  '': '0',
}

const timeUnitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

class ThresholdParser {
  readonly #source: string
  readonly #words: readonly Word[]
  #position = 0

  constructor(source: string) {
    this.#source = source
    this.#words = splitWords(source)
  }

  get #next(): Word {
    return this.#words[this.#position] ?? { text: '', offset: this.#source.length }
  }

  #take(): Word {
    const word = this.#next
    this.#position++
    return word
  }

  #accept(text: string): boolean {
    if (this.#next.text !== text) return false
    this.#position++
    return true
  }

  #expect(text: string): void {
    const word = this.#next
    if (!this.#accept(text)) throw new Fault(`"${text}" is expected ${this.#insteadOf(word)}`, word.offset)
  }

  #insteadOf(word: Word): string {
    return word.text === '' ? 'at the end' : `instead of "${word.text}"`
  }

  parse(): ThresholdParts {
    const metric = this.#metric()
    const row = metricTable[metric]
    const aggregate = this.#aggregate(metric)
    const operator = this.#operator()
    const unit: MetricUnit = aggregate === 'count' ? '' : row.unit
    const wanted = this.#value(unit)
    const parts = { text: this.#source.trim(), metric, aggregate, operator, wanted, unit }
    let where: Record<string, string> = {}
    let between: Threshold['between']
    let abortAfterMs: number | undefined
    let during: string | undefined
    for (let word = this.#take(); word.text !== ''; word = this.#take()) {
      if (word.text === 'where' && Object.keys(where).length === 0) where = this.#where()
      else if (word.text === 'between' && between === undefined) between = this.#between()
      else if (word.text === 'during' && during === undefined) during = this.#name('the name of a fault')
      else if (word.text === 'abort' && abortAfterMs === undefined) {
        this.#expect('after')
        abortAfterMs = this.#time()
      } else
        throw new Fault(
          `"${word.text}" is not expected here; where, between, during or abort after may follow`,
          word.offset,
        )
    }
    return { ...parts, where, between, during, abortAfterMs }
  }

  #metric(): MetricName {
    const word = this.#take()
    const known = Object.keys(metricTable) as MetricName[]
    const name = known.find((candidate) => candidate === word.text)
    if (name !== undefined) return name
    if (word.text === '') throw new Fault('a threshold begins with the name of a metric', word.offset)
    throw new Fault(`unknown metric "${word.text}"`, word.offset, { word: word.text, known })
  }

  #aggregate(metric: MetricName): Aggregate {
    const { kind } = metricTable[metric]
    const word = this.#next
    const written = /^[A-Za-z]/.test(word.text)
    if (kind !== 'histogram') {
      if (!written) return 'value'
      throw new Fault(`${metric} is a ${kind} and has one value; leave out "${word.text}"`, word.offset)
    }
    if (!written) {
      // One value a fault, or one a call that it hit: a limit without an aggregate holds for all of them.
      if (metric.startsWith('failover.')) return 'max'
      throw new Fault(`${metric} is a histogram; say which value of it: p95, mean, min, max or count`, word.offset)
    }
    this.#take()
    const percentile = /^p(\d+(?:\.\d+)?)$/.exec(word.text)
    if (percentile) {
      const percent = Number(percentile[1])
      if (percent >= 0 && percent <= 100) return `p${percent}`
      throw new Fault(`"${word.text}" is not a percentile; write p0 to p100, such as p99.9`, word.offset)
    }
    const named = (['count', 'min', 'mean', 'max'] as const).find((name) => name === word.text)
    if (named !== undefined) return named
    const known = ['p50', 'p95', 'p99', 'mean', 'min', 'max', 'count']
    throw new Fault(`unknown aggregate "${word.text}"`, word.offset, { word: word.text, known })
  }

  #operator(): Operator {
    const word = this.#take()
    const operator = operators.find((sign) => sign === word.text)
    if (operator !== undefined) return operator
    const hint = word.text === '=' ? '; equality is written ==' : ''
    throw new Fault(`one of < <= > >= == != is expected ${this.#insteadOf(word)}${hint}`, word.offset)
  }

  #value(unit: MetricUnit): number {
    const word = this.#take()
    const match = /^([-+]?\d+(?:\.\d+)?)(.*)$/.exec(word.text)
    if (match === null) {
      throw new Fault(`a value such as ${unitExamples[unit]} is expected ${this.#insteadOf(word)}`, word.offset)
    }
    const amount = Number(match[1])
    const written = match[2] ?? ''
    const scales = conversions[unit]
    const scale = Object.hasOwn(scales, written) ? scales[written] : undefined
    if (scale === undefined && !(written === '' && amount === 0)) {
      const problem = written === '' ? `${word.text} has no unit` : `"${written}" is not a unit of this metric`
      throw new Fault(`${problem}; write it such as ${unitExamples[unit]}`, word.offset)
    }
    const wanted = amount * (scale ?? 1)
    if (wanted < 0) throw new Fault(`${word.text} is below 0, where this metric never is`, word.offset)
    if (unit === '%' && wanted > 100) throw new Fault(`${word.text} is not between 0% and 100%`, word.offset)
    return wanted
  }

  #where(): Record<string, string> {
    const where: Record<string, string> = {}
    do {
      const tag = this.#take()
      if (!metricTags.some((name) => name === tag.text)) {
        throw new Fault(`unknown tag "${tag.text}"`, tag.offset, { word: tag.text, known: metricTags })
      }
      if (Object.hasOwn(where, tag.text)) throw new Fault(`"${tag.text}" is said twice`, tag.offset)
      const sign = this.#next
      if (!this.#accept('=') && !this.#accept('==')) {
        throw new Fault(`"=" is expected ${this.#insteadOf(sign)}`, sign.offset)
      }
      where[tag.text] = this.#name(`a value for "${tag.text}"`)
    } while (this.#accept('and'))
    return where
  }

  /** One word, or some in quotes. */
  #name(what: string): string {
    const word = this.#take()
    if (!/^(?:"[^"]+"|[^\s<>=!"]+)$/.test(word.text)) {
      throw new Fault(`${what} is expected ${this.#insteadOf(word)}`, word.offset)
    }
    return word.text.replace(/^"|"$/g, '')
  }

  #between(): { fromMs: number; toMs: number } {
    const fromMs = this.#time()
    this.#expect('and')
    const end = this.#next
    const toMs = this.#time()
    if (toMs <= fromMs) throw new Fault('the window ends before it begins', end.offset)
    return { fromMs, toMs }
  }

  #time(): number {
    const word = this.#take()
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(word.text)
    const unitMs = timeUnitsMs[match?.[2] ?? '']
    if (match === null || unitMs === undefined) {
      throw new Fault(`a time such as 60s is expected ${this.#insteadOf(word)}`, word.offset)
    }
    return Number(match[1]) * unitMs
  }
}

/**
 * Reads `METRIC [AGGREGATE] OPERATOR VALUE[UNIT] [where TAG = VALUE and ...] [between A and B]
 * [during FAULT] [abort after D]`.
 * The value is converted to the metric's own unit.
 */
export function parseThreshold(source: string): ThresholdParts | { readonly fault: ThresholdFault } {
  try {
    return new ThresholdParser(source).parse()
  } catch (error) {
    if (error instanceof Fault) return { fault: error.fault }
    throw error
  }
}
