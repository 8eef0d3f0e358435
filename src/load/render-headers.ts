import type { HeaderText } from '../model/instruction.js'
import type { Variables } from '../model/scenario.js'

export interface Header {
  readonly name: string
  readonly value: string
}

const none: readonly Header[] = []

/** Renders header templates for one call. */
export function renderHeaders(headers: readonly HeaderText[], variables: Variables): readonly Header[] {
  if (headers.length === 0) return none
  return headers.map((header) => ({ name: header.name, value: header.value.render(variables) }))
}
