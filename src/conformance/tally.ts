import type { Element } from './model/element.js'

/** Verdicts in the order in which they are counted. */
const verdicts = ['pass', 'violation', 'inconclusive', 'not applicable'] as const
export type CountedVerdict = (typeof verdicts)[number]
export type Counts = Readonly<Record<CountedVerdict, number>>

/** Places of the verdicts among the counts of a rule. */
export const verdictAt: Readonly<Record<CountedVerdict, number>> = {
  pass: 0,
  violation: 1,
  inconclusive: 2,
  'not applicable': 3,
}
/** Counts of one rule. */
export const verdictStride = verdicts.length

/** What is counted of a judgement, whoever made it. */
export type Counted =
  | { readonly verdict: Exclude<CountedVerdict, 'inconclusive'> }
  | { readonly verdict: 'inconclusive'; readonly why: string }

/** A violation with its evidence as text, or the reason of an inconclusive verdict. */
export interface Example {
  readonly found: string
  readonly frames: readonly number[]
  readonly text: string
}

/** What one rule found at one element. */
export interface Entry {
  readonly rule: string
  readonly element: string
  readonly counts: Counts
  readonly examples: readonly Example[]
  /** Why it was inconclusive, with the number of times. */
  readonly reasons: ReadonlyMap<string, number>
}

/** What all rules found at one element: a count for each rule and verdict, and the rest where there is something to tell. */
export interface Row {
  readonly element: string
  /** `counts[index * verdictStride + verdictAt[verdict]]`, by the index of the rule. */
  counts: Float64Array
  readonly examples: Map<number, Example[]>
  readonly reasons: Map<number, Map<string, number>>
}

/** Elements beyond this number are counted together: a generator may use a port for every call. */
const maximumElements = 2000
/** Examples that are kept of each violation. */
export const maximumExamples = 3
const maximumReasons = 20

/** Counts of verdicts for each rule and element, with the first examples of violations. */
export class Tally {
  readonly #rows = new Map<string, Row>()
  readonly #byElement = new Map<Element, Row>()
  readonly #rules: string[] = []
  readonly #indexes = new Map<string, number>()

  /** The number by which a rule is counted. */
  indexOf(rule: string): number {
    const known = this.#indexes.get(rule)
    if (known !== undefined) return known
    const index = this.#rules.push(rule) - 1
    this.#indexes.set(rule, index)
    for (const row of this.#rows.values()) row.counts = grown(row.counts, this.#rules.length)
    return index
  }

  /** Where the verdicts on an element are counted. */
  rowOf(element: Element): Row {
    const known = this.#byElement.get(element)
    if (known !== undefined) return known
    const row = this.#rowNamed(this.#nameOf(element))
    if (this.#byElement.size >= maximumElements) this.#byElement.clear()
    this.#byElement.set(element, row)
    return row
  }

  /** Counts one judgement; `example` is called for the first violations only. */
  add(rule: string, element: Element, judgement: Counted, example: () => Example): void {
    const index = this.indexOf(rule)
    const row = this.rowOf(element)
    row.counts[index * verdictStride + verdictAt[judgement.verdict]]!++
    if (judgement.verdict === 'violation') this.keep(row, index, example)
    else if (judgement.verdict === 'inconclusive') this.countReason(row, index, judgement.why)
  }

  /** Keeps the evidence of a violation; `example` is asked for the first ones only. */
  keep(row: Row, index: number, example: () => Example): void {
    const examples = row.examples.get(index) ?? []
    if (examples.length < maximumExamples) row.examples.set(index, [...examples, example()])
  }

  /** Counts why a verdict was inconclusive. */
  countReason({ reasons }: Row, index: number, why: string): void {
    const known = reasons.get(index) ?? new Map<string, number>()
    if (known.size >= maximumReasons && !known.has(why)) return
    known.set(why, (known.get(why) ?? 0) + 1)
    reasons.set(index, known)
  }

  entries(): readonly Entry[] {
    return [...this.#rows.values()].flatMap((row) =>
      this.#rules.flatMap((rule, index) => {
        const counts = countsOf(row, index)
        if (verdicts.every((verdict) => counts[verdict] === 0)) return []
        const examples = row.examples.get(index) ?? []
        return [{ rule, element: row.element, counts, examples, reasons: row.reasons.get(index) ?? new Map() }]
      }),
    )
  }

  /** Rules that judged something, as opposed to having found nothing that they apply to. */
  exercised(): ReadonlySet<string> {
    const judged = ({ counts }: Entry): boolean => counts.pass + counts.violation + counts.inconclusive > 0
    return new Set(
      this.entries()
        .filter(judged)
        .map(({ rule }) => rule),
    )
  }

  #nameOf({ name, transport }: Element): string {
    return this.#rows.has(name) || this.#rows.size < maximumElements ? name : `other ${transport} elements`
  }

  #rowNamed(element: string): Row {
    const known = this.#rows.get(element)
    if (known !== undefined) return known
    const counts = new Float64Array(this.#rules.length * verdictStride)
    const row: Row = { element, counts, examples: new Map(), reasons: new Map() }
    this.#rows.set(element, row)
    return row
  }
}

function grown(counts: Float64Array, rules: number): Float64Array {
  const larger = new Float64Array(rules * verdictStride)
  larger.set(counts)
  return larger
}

function countsOf({ counts }: Row, index: number): Counts {
  const count = (verdict: CountedVerdict): number => counts[index * verdictStride + verdictAt[verdict]] ?? 0
  return {
    pass: count('pass'),
    violation: count('violation'),
    inconclusive: count('inconclusive'),
    'not applicable': count('not applicable'),
  }
}
