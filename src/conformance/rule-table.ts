import type { ObservedMessage } from './model/observed-message.js'
import type { AnyRule, Rule, SubjectKind } from './rule.js'
import type { Tally } from './tally.js'

/** A rule with the number that a tally counts it by. */
export interface IndexedRule<K extends SubjectKind = SubjectKind> {
  readonly rule: Rule<K>
  readonly index: number
}

/** Methods and codes come from the network: what is kept of them is bounded. */
const maximumSelections = 5000
const largestStatus = 700

/** Rules by what they look at, so that a subject meets only those which may apply to it. */
export class RuleTable {
  readonly #byKind = new Map<SubjectKind, IndexedRule[]>()
  /** Rules for a kind, a method and a status, found once. */
  readonly #selected = new Map<SubjectKind, Map<string, (readonly IndexedRule[])[]>>()
  #selections = 0

  constructor(rules: readonly AnyRule[], tally: Tally) {
    for (const rule of rules) {
      const indexed = { rule: rule as unknown as Rule<SubjectKind>, index: tally.indexOf(rule.id) }
      this.#byKind.set(rule.on, [...(this.#byKind.get(rule.on) ?? []), indexed])
    }
    // Those that judge the same party stand together.
    for (const same of this.#byKind.values())
      same.sort((a, b) => (a.rule.party < b.rule.party ? -1 : a.rule.party > b.rule.party ? 1 : 0))
  }

  /** For a subject of this kind; `message` tells its method and status. */
  select(kind: SubjectKind, message: ObservedMessage | undefined): readonly IndexedRule[] {
    const method = message?.method ?? ''
    const status = message?.status ?? 0
    const known = this.#selected.get(kind)?.get(method)?.[status]
    return known ?? this.#find(kind, method, status)
  }

  #find(kind: SubjectKind, method: string, status: number): readonly IndexedRule[] {
    const found = (this.#byKind.get(kind) ?? []).filter(
      ({ rule: { methods, statuses } }) =>
        (methods?.includes(method) ?? true) &&
        (statuses === undefined || statuses.includes(status) || statuses.includes(Math.floor(status / 100))),
    )
    if (this.#selections >= maximumSelections || status >= largestStatus) return found
    this.#selections++
    const byMethod = this.#selected.get(kind) ?? new Map<string, (readonly IndexedRule[])[]>()
    this.#selected.set(kind, byMethod)
    const byStatus = byMethod.get(method) ?? []
    byStatus[status] = found
    byMethod.set(method, byStatus)
    return found
  }
}
