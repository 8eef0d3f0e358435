import type { Condition } from '../../model/instruction.js'
import type { ProgramRun } from '../program-run.js'
import type { OperationOf, Runner } from './runner.js'

export const set: Runner<OperationOf<'set'>> = {
  start(run, operation) {
    run.party.variables[operation.name] = operation.value.render(run.party.variables)
    run.advance()
  },
}

export const jump: Runner<OperationOf<'jump'>> = {
  start(run, operation) {
    if (operation.condition === undefined || holds(run, operation.condition)) run.goTo(operation.target)
    else run.advance()
  },
}

export const fail: Runner<OperationOf<'fail'>> = {
  start(run, operation) {
    run.finish('unexpected', operation.reason.render(run.party.variables))
  },
}

function holds(run: ProgramRun, condition: Condition): boolean {
  switch (condition.kind) {
    case 'chance':
      return run.party.rng.next() < condition.probability
    case 'counter': {
      const count = (run.rounds.get(condition.name) ?? 0) + 1
      const again = count < condition.below
      // A loop that is met again later starts anew.
      run.rounds.set(condition.name, again ? count : 0)
      return again
    }
    case 'compare':
      return compare(
        condition.left.render(run.party.variables),
        condition.operator,
        condition.right.render(run.party.variables),
      )
  }
}

/** Numbers compare as numbers, everything else as text. */
function compare(left: string, operator: '==' | '!=' | '<' | '<=' | '>' | '>=', right: string): boolean {
  const numeric = left !== '' && right !== '' && Number.isFinite(Number(left)) && Number.isFinite(Number(right))
  const a = numeric ? Number(left) : left
  const b = numeric ? Number(right) : right
  switch (operator) {
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
  }
}
