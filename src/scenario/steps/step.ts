import type * as z from 'zod'
import type { HeaderText, Operation, Role } from '../../model/instruction.js'
import type { Source, Text } from '../../model/scenario.js'
import type { Reading } from '../reading.js'
import type { Path } from '../yaml-document.js'

export type StepContext = 'flow' | 'when called'

/** An operation on its way into a program; jumps and the like name a label instead of an index. */
export type Piece =
  | { readonly mark: string; readonly source?: Source }
  | { readonly operation: Operation; readonly goTo?: string; readonly source?: Source }

/** What a step sees while it is compiled. */
export interface StepPlace {
  readonly reading: Reading
  readonly context: StepContext
  /** Of the step's arguments. */
  readonly path: Path
  readonly groups: readonly string[]
  /** The side that acts when a step does not say. */
  readonly ownRole: Role
  text(source: string, ...path: (string | number)[]): Text
  headers(fields: Readonly<Record<string, readonly string[]>> | undefined, ...path: (string | number)[]): HeaderText[]
  /** Checks that a group of this name exists. */
  group(name: string, ...path: (string | number)[]): string
  /** Says that the step, with the arguments that it has, works within a call. */
  needCall(): void
  nested(steps: readonly unknown[], ...path: (string | number)[]): Piece[]
  /** A label that no other step has. */
  newLabel(): string
  /** The name of a label of the scenario in the program. */
  userLabel(name: string): string
}

/**
 * How a step and the call are related: it starts the call (or answers it), needs it, ends it, belongs before its
 * answer, or has nothing to do with it.
 */
export type CallEffect = 'starts' | 'needs' | 'ends' | 'precedes' | 'none'

interface StepDefinition<Arguments> {
  /** As it is written in a scenario, such as `hang up`. */
  readonly name: string
  readonly help: string
  readonly contexts: readonly StepContext[]
  readonly effect: CallEffect
  readonly arguments: z.ZodType<Arguments>
  /** The short form: `form` shows it; `read` makes arguments of what follows the name, undefined when it cannot. */
  readonly short?: { readonly form: string; read(rest: string): unknown }
  /** A list of steps as a scenario holds it. */
  readonly example: string
  compile(values: Arguments, at: StepPlace): (Operation | Piece)[]
}

/** A step of the language with its argument types closed over. */
export interface Step extends Omit<StepDefinition<unknown>, 'compile'> {
  /** Validates and compiles; undefined when the arguments are wrong, with the problems reported. */
  read(values: unknown, at: StepPlace): Piece[] | undefined
}

const isOperation = (item: Operation | Piece): item is Operation => 'op' in item

/** Declares a step; one file each, listed in registry.ts. */
export function defineStep<Arguments>(definition: StepDefinition<Arguments>): Step {
  const { compile, ...rest } = definition
  return {
    ...rest,
    read(values, at) {
      const checked = at.reading.parse(definition.arguments, values, at.path)
      if (checked === undefined) return undefined
      return compile(checked, at).map((item) => (isOperation(item) ? { operation: item } : item))
    },
  }
}

/** The short form of a step that has one argument. */
export const shortFor = (form: string, key: string) => ({
  form,
  read: (rest: string): unknown => (rest === '' ? undefined : { [key]: rest.replace(/^"([^"]*)"$/, '$1') }),
})

/** The short form of a step whose only argument may be left out. */
export const shortOrBare = (form: string, key: string) => ({
  form,
  read: (rest: string): unknown => (rest === '' ? {} : { [key]: rest }),
})

/** The short form of a step that has no arguments. */
export const bare = (form: string) => ({ form, read: (rest: string): unknown => (rest === '' ? {} : undefined) })

/** The short form of a step that is complete by its name; `by` says which side acts. */
export const bareOrBy = (name: string) => ({
  form: `${name} [by caller|callee]`,
  read: (rest: string): unknown => {
    if (rest === '') return {}
    const by = /^by\s+(\S+)$/.exec(rest)?.[1]
    return by === undefined ? undefined : { by }
  },
})
