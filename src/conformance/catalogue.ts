import { readFileSync } from 'node:fs'

/** One sentence of an RFC that says what must be, and how it can be judged. */
export interface Statement {
  /** `3261-8.1.1.6-1`: RFC, section, number of the sentence in it. */
  readonly id: string
  readonly clause: string
  readonly level: string
  readonly roles: readonly string[]
  /** From what it can be judged. */
  readonly how: 'capture' | 'probe' | 'unobservable'
  readonly scope: string
  readonly severity: 'error' | 'warning' | 'info' | 'none'
  readonly check: string
  readonly noise: string
  readonly alsoPassive?: true
  /** The same requirement in other words. */
  readonly sameAs?: string
  readonly notARequirement?: true
  /** What was changed of the source's classification, and why by the RFC. */
  readonly corrected?: string
  /** First 12 hex digits of the SHA-1 of the sentence with white space collapsed. */
  readonly sha1?: string
}

export interface Catalogue {
  /**
   * SHA-256 of the files that the statements were taken from, in the order of `sources`; those of RFC 4475 and RFC 5118,
   * one a message, are of the RFCs themselves.
   */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[]
  /** Which statements the figures count, in words. */
  readonly filter: string
  readonly statements: readonly Statement[]
}

let loaded: Catalogue | undefined

/** The statements that rules and probes are named by; `data/conformance.json`. */
export function catalogue(): Catalogue {
  loaded ??= JSON.parse(readFileSync(new URL('../../data/conformance.json', import.meta.url), 'utf8')) as Catalogue
  return loaded
}

/** What must be and can be judged from a capture, each requirement once. */
export const isTestable = ({ how, level, alsoPassive, sameAs, notARequirement }: Statement): boolean =>
  sameAs === undefined &&
  notARequirement === undefined &&
  !level.startsWith('SHOULD') &&
  (how === 'capture' || alsoPassive === true)

/** What must be and needs a probe to be judged, each requirement once. */
export const isProbeable = ({ how, level, sameAs, notARequirement }: Statement): boolean =>
  sameAs === undefined && notARequirement === undefined && !level.startsWith('SHOULD') && how === 'probe'

let byId: ReadonlyMap<string, Statement> | undefined

export function statementOf(id: string): Statement | undefined {
  byId ??= new Map(catalogue().statements.map((statement) => [statement.id, statement]))
  return byId.get(id)
}
