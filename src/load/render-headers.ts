import type { HeaderText } from '../model/instruction.js'
import type { Variables } from '../model/scenario.js'

export interface Header {
  readonly name: string
  readonly value: string
}

const none: readonly Header[] = []

/** Renders header templates for one call; the variables are asked for only when there is one. */
export function renderHeaders(
  headers: readonly HeaderText[],
  party: { readonly variables: Variables },
): readonly Header[] {
  if (headers.length === 0) return none
  const { variables } = party
  return headers.map((header) => ({ name: header.name, value: header.value.render(variables) }))
}
