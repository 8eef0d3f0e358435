import { type ErrorCode, formatPlace, type Place, SiploadgenError } from '../base/errors.js'

/** One mistake in a scenario: where, what is wrong and what was meant. */
export interface Problem {
  readonly place: Place
  readonly text: string
  readonly hint: string
  readonly code: ErrorCode
}

/** `file:line:column: text (hint) [code]`. */
export const formatProblem = (problem: Problem): string => {
  const hint = problem.hint ? ` (${problem.hint})` : ''
  return `${formatPlace(problem.place)}: ${problem.text}${hint} [${problem.code}]`
}

/** In the order of the file, each once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return problems
    .filter((problem) => {
      const key = formatProblem(problem)
      return !seen.has(key) && seen.add(key)
    })
    .sort(
      (a, b) =>
        a.place.file.localeCompare(b.place.file) || a.place.line - b.place.line || a.place.column - b.place.column,
    )
}

/** Every problem of a scenario as one error; its code and place are those of the first. */
export class ScenarioError extends SiploadgenError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const [first] = problems
    super(first.code, first.text, { place: first.place, hint: first.hint })
    this.name = 'ScenarioError'
    this.problems = problems
  }

  override describe(): string {
    return this.problems.map(formatProblem).join('\n')
  }
}
