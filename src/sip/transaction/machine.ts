/** What one input does in one state: the state that follows, and what to do, in order. */
export type Cell<State extends string, Action extends string> = readonly [next: State, ...actions: Action[]]

/** A state machine as data. An input without a cell is ignored in that state. */
export interface Machine<State extends string, Input extends string, Action extends string> {
  /** Entered when the transaction is created. */
  readonly initial: Cell<State, Action>
  readonly table: { readonly [S in State]: { readonly [I in Input]?: Cell<State, Action> } }
}

/** One step by look-up: the cell of an input in a state, or undefined when the input means nothing there. */
export function step<State extends string, Input extends string, Action extends string>(
  machine: Machine<State, Input, Action>,
  state: State,
  input: Input,
): Cell<State, Action> | undefined {
  return machine.table[state][input]
}
