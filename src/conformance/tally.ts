import type { Element } from './model/element.js'

const verdicts = ['pass', 'violation', 'inconclusive', 'not applicable'] as const
export type CountedVerdict = (typeof verdicts)[number]
export type Counts = Readonly<Record<CountedVerdict, number>>

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

interface Cell {
  readonly counts: Record<CountedVerdict, number>
  readonly examples: Example[]
  readonly reasons: Map<string, number>
}

/** Elements beyond this number are counted together: a generator may use a port for every call. */
const maximumElements = 2000
const maximumExamples = 3
const maximumReasons = 20

/** Counts of verdicts for each rule and element, with the first examples of violations. */
export class Tally {
  readonly #cells = new Map<string, Map<string, Cell>>()
  readonly #elements = new Set<string>()

  /** `example` is called for the first violations only. */
  add(rule: string, element: Element, judgement: Counted, example: () => Example): void {
    const cell = this.#cell(rule, this.#nameOf(element))
    cell.counts[judgement.verdict]++
    if (judgement.verdict === 'violation' && cell.examples.length < maximumExamples) cell.examples.push(example())
    if (
      judgement.verdict === 'inconclusive' &&
      (cell.reasons.size < maximumReasons || cell.reasons.has(judgement.why))
    ) {
      cell.reasons.set(judgement.why, (cell.reasons.get(judgement.why) ?? 0) + 1)
    }
  }

  #nameOf({ name, transport }: Element): string {
    if (this.#elements.has(name)) return name
    if (this.#elements.size >= maximumElements) return `other ${transport} elements`
    this.#elements.add(name)
    return name
  }

  #cell(rule: string, element: string): Cell {
    let row = this.#cells.get(rule)
    if (row === undefined) {
      row = new Map()
      this.#cells.set(rule, row)
    }
    let cell = row.get(element)
    if (cell === undefined) {
      const counts = { pass: 0, violation: 0, inconclusive: 0, 'not applicable': 0 }
      cell = { counts, examples: [], reasons: new Map() }
      row.set(element, cell)
    }
    return cell
  }

  entries(): readonly Entry[] {
    return [...this.#cells].flatMap(([rule, row]) =>
      Array.from(row, ([element, { counts, examples, reasons }]) => ({ rule, element, counts, examples, reasons })),
    )
  }

  /** Rules that judged something, as opposed to having found nothing that they apply to. */
  exercised(): ReadonlySet<string> {
    const judged = ({ counts }: Cell): boolean => counts.pass + counts.violation + counts.inconclusive > 0
    return new Set([...this.#cells].filter(([, row]) => [...row.values()].some(judged)).map(([rule]) => rule))
  }
}
