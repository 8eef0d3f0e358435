import type { Finding } from '../model/result.js'

const maxExamples = 20

/** Findings of one rule about one element are one, with their number and some examples. */
export class FindingTally {
  readonly #findings = new Map<string, Finding>()

  add(finding: Finding): void {
    const key = `${finding.rule} ${finding.element}`
    const other = this.#findings.get(key)
    if (other === undefined) {
      this.#findings.set(key, finding)
      return
    }
    const examples = [...other.examples, ...finding.examples].slice(0, maxExamples)
    this.#findings.set(key, { ...other, count: other.count + finding.count, examples })
  }

  findings(): Finding[] {
    return [...this.#findings.values()]
  }
}

/** The findings of parts of one run as those of the whole. */
export function mergeFindings(parts: readonly (readonly Finding[])[]): Finding[] {
  const tally = new FindingTally()
  for (const finding of parts.flat()) tally.add(finding)
  return tally.findings()
}
