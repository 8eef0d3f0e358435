import type { Condition } from '../../model/instruction.js'
import type { Piece, StepPlace } from './step.js'

interface Branches {
  readonly do: readonly unknown[]
  readonly else?: readonly unknown[] | undefined
}

/** `do` when the condition holds, `else` when it does not: the jump skips the branch that comes first. */
export function branch(condition: Condition, values: Branches, at: StepPlace): Piece[] {
  const thenLabel = at.newLabel()
  const endLabel = at.newLabel()
  const jump = (goTo: string, when: Condition | undefined): Piece => {
    return { operation: { op: 'jump', target: 0, condition: when }, goTo }
  }
  return [
    jump(thenLabel, condition),
    ...at.nested(values.else ?? [], 'else'),
    jump(endLabel, undefined),
    { mark: thenLabel },
    ...at.nested(values.do, 'do'),
    { mark: endLabel },
  ]
}
