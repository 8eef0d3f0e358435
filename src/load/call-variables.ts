import type { Variables } from '../model/scenario.js'

type Values = Record<string, string | number>

/** What the texts of one call may refer to, put together when one first asks: most flows have no text that does. */
export class CallVariables {
  readonly #inputs: Variables
  readonly #call: number
  readonly #lent: Variables[] = []
  #caller: string | undefined
  #callee = ''
  #status: number | undefined
  #values: Values | undefined

  constructor(inputs: Variables, call: number) {
    this.#inputs = inputs
    this.#call = call
  }

  /** They may be added to; what is noted later is seen in them. */
  get values(): Values {
    if (this.#values) return this.#values
    const values: Values = Object.assign({}, this.#inputs, { call: this.#call })
    for (const variables of this.#lent) lendTo(values, variables)
    if (this.#caller !== undefined) Object.assign(values, { caller: this.#caller, callee: this.#callee })
    if (this.#status !== undefined) values.status = this.#status
    this.#values = values
    return values
  }

  /** The first phone to act lends its number and its row of the CSV file. */
  lend(variables: Variables): void {
    if (this.#values) lendTo(this.#values, variables)
    else this.#lent.push(variables)
  }

  noteCall(caller: string, callee: string): void {
    this.#caller = caller
    this.#callee = callee
    if (this.#values) Object.assign(this.#values, { caller, callee })
  }

  noteStatus(status: number): void {
    this.#status = status
    if (this.#values) this.#values.status = status
  }
}

function lendTo(values: Values, variables: Variables): void {
  for (const name in variables) values[name] ??= variables[name] as string | number
}
