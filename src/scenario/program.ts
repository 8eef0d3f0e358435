import type { Instruction, Operation } from '../model/instruction.js'
import type { Source } from '../model/scenario.js'
import { isMapping, type Reading } from './reading.js'
import { findStep, stepNames, stepsByName } from './steps/registry.js'
import type { Piece, Step, StepContext, StepPlace } from './steps/step.js'
import { didYouMean } from './suggest.js'
import type { Path } from './yaml-document.js'

/** Around a program: what its steps may refer to. */
export interface ProgramScope {
  readonly context: StepContext
  readonly groups: readonly string[]
  /** Variables other than inputs that are known from the beginning. */
  readonly names: readonly string[]
  /** Those of the agent that acts first. */
  readonly agentNames: readonly string[]
  /** Those of a call. */
  readonly callNames: readonly string[]
}

/** Whether the flow has a call at a point; after branches and jumps nobody knows. */
type CallState = 'none' | 'up' | 'over' | 'unknown'

const maximumDepth = 32

/** A call that is expected to fail leaves nothing to hang up. */
function afterCall(pieces: readonly Piece[]): CallState {
  const [first] = pieces
  if (first === undefined || !('operation' in first) || first.operation.op !== 'call') return 'up'
  const { codes, classes } = first.operation.expect
  const succeeds = classes.includes(2) || codes.some((code) => code >= 200 && code < 300)
  const fails = classes.some((digit) => digit > 2) || codes.some((code) => code >= 300)
  return succeeds ? (fails ? 'unknown' : 'up') : 'over'
}

class ProgramCompiler {
  readonly #reading: Reading
  readonly #scope: ProgramScope
  readonly #userLabels = new Map<string, Path>()
  #labels = 0
  #depth = 0
  #call: CallState = 'none'
  /** Names without a value so far, each with the reason. */
  readonly #later = new Map<string, string>()

  constructor(reading: Reading, scope: ProgramScope) {
    this.#reading = reading
    this.#scope = scope
    for (const name of scope.agentNames) this.#later.set(name, 'has no value before an agent acts')
    for (const name of scope.callNames) this.#later.set(name, 'has no value before a call step')
  }

  compile(steps: readonly unknown[], path: Path): Instruction[] {
    const pieces = this.#list(steps, path)
    return this.#link(pieces, path)
  }

  #list(steps: readonly unknown[], path: Path): Piece[] {
    if (this.#depth >= maximumDepth) {
      this.#reading.problem(path, `steps are nested deeper than ${maximumDepth} levels`)
      return []
    }
    this.#depth++
    const pieces = steps.flatMap((step, i) => this.#step(step, [...path, i]))
    this.#depth--
    return pieces
  }

  #step(value: unknown, path: Path): Piece[] {
    const found = this.#dispatch(value, path)
    if (found === undefined) return []
    const { step, values, argumentsPath } = found
    const source: Source = this.#reading.document.keyPlace(argumentsPath)
    if (!step.contexts.includes(this.#scope.context)) {
      const other = this.#scope.context === 'flow' ? 'when called:' : 'a flow'
      this.#reading.problem(argumentsPath, `"${step.name}" belongs in ${other}, not here`, { key: true })
      return []
    }
    this.#before(step, argumentsPath)
    this.#gainNames(step, values)
    const pieces = step.read(values, this.#place(step, argumentsPath)) ?? []
    this.#after(step, pieces)
    if (step.name === 'label') this.#declare(pieces, argumentsPath)
    return pieces.map((piece) => (piece.source === undefined ? { ...piece, source } : piece))
  }

  /** A step that names a group has an agent act; a call has two sides. */
  #gainNames(step: Step, values: unknown): void {
    const acts = isMapping(values) && (Object.hasOwn(values, 'from') || Object.hasOwn(values, 'as'))
    if (acts) for (const name of this.#scope.agentNames) this.#later.delete(name)
    if (step.name === 'call') for (const name of this.#scope.callNames) this.#later.delete(name)
  }

  #before({ effect, name }: Step, path: Path): void {
    if (effect === 'needs' || effect === 'ends') this.#needCall(name, path)
    else if ((effect === 'precedes' || effect === 'starts') && this.#call === 'up') {
      const where = this.#scope.context === 'flow' ? 'while a call is up' : 'after the call is answered'
      this.#reading.problem(path, `"${name}" comes ${where}`, { key: true })
    }
  }

  #needCall(name: string, path: Path): void {
    const inFlow = this.#scope.context === 'flow'
    if (this.#call === 'none') {
      const text = `"${name}" comes before ${inFlow ? 'any call' : 'the call is answered'}`
      this.#reading.problem(path, text, { key: true, hint: `add ${inFlow ? 'a call' : 'an answer'} step first` })
    } else if (this.#call === 'over') {
      this.#reading.problem(path, `"${name}" comes after the call has ended`, { key: true })
    }
    if (this.#call !== 'up') this.#call = 'unknown'
  }

  #after(step: Step, pieces: readonly Piece[]): void {
    if (step.effect === 'starts') this.#call = afterCall(pieces)
    else if (step.effect === 'ends') this.#call = 'over'
    else if (step.name === 'label') this.#call = 'unknown'
  }

  #declare(pieces: readonly Piece[], path: Path): void {
    for (const piece of pieces) {
      if (!('mark' in piece)) continue
      if (this.#userLabels.has(piece.mark)) {
        this.#reading.problem(path, `the label "${piece.mark.slice(1)}" is set twice in this flow`, { key: true })
      } else this.#userLabels.set(piece.mark, path)
    }
  }

  /** The step that a list item names, before anything else about it is checked. */
  #dispatch(value: unknown, path: Path): { step: Step; values: unknown; argumentsPath: Path } | undefined {
    const known = stepNames(this.#scope.context)
    if (typeof value === 'string') {
      const found = findStep(value)
      if (found !== undefined) return this.#short(found.step, found.rest, path)
      const name = /^[^\d"'#]*/.exec(value)?.[0].trim() || value
      return this.#unknown(name, known, path)
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#reading.problem(path, 'expected a step such as "talk: 30s" or "hang up"')
      return undefined
    }
    const [entry, second] = Object.entries(value)
    if (entry === undefined || second !== undefined) {
      const text = `a step has one key, and here are ${Object.keys(value).join(', ') || 'none'}`
      this.#reading.problem(path, text, { hint: 'indent the arguments of a step further than its name' })
      return undefined
    }
    const [name, values] = entry
    const step = stepsByName.get(name)
    const argumentsPath = [...path, name]
    if (step === undefined) return this.#unknown(name, known, argumentsPath)
    if (values === null || values === undefined) return this.#short(step, '', argumentsPath)
    if (typeof values === 'object' || step.short === undefined) return { step, values, argumentsPath }
    return this.#short(step, String(values), argumentsPath)
  }

  #unknown(name: string, known: readonly string[], path: Path): undefined {
    this.#reading.problem(path, `unknown step "${name}"${didYouMean(name, known)}`, { key: true })
    return undefined
  }

  #short(step: Step, rest: string, path: Path): { step: Step; values: unknown; argumentsPath: Path } | undefined {
    const values = step.short?.read(rest)
    if (values !== undefined) return { step, values, argumentsPath: path }
    const form = step.short === undefined ? `${step.name}: { ... }` : step.short.form
    const text = rest === '' ? `"${step.name}" needs arguments` : `"${step.name}" cannot be read with "${rest}"`
    this.#reading.problem(path, text, { key: rest === '', hint: `it is written: ${form}` })
    return undefined
  }

  #names(): string[] {
    const { names, agentNames, callNames } = this.#scope
    return [...names, ...agentNames, ...callNames].filter((name) => !this.#later.has(name))
  }

  #place(step: Step, path: Path): StepPlace {
    const reading = this.#reading
    const { context, groups } = this.#scope
    const names = this.#names()
    const later = this.#later
    const within = (rest: readonly (string | number)[]): Path => [...path, ...rest]
    return {
      reading,
      context,
      path,
      groups,
      ownRole: context === 'flow' ? 'caller' : 'callee',
      text: (source, ...rest) => reading.text(source, within(rest), names, later),
      headers: (fields, ...rest) =>
        Object.entries(fields ?? {}).flatMap(([name, values]) =>
          values.map((value, i) => ({ name, value: reading.text(value, within([...rest, name, i]), names, later) })),
        ),
      group: (name, ...rest) => {
        if (!groups.includes(name)) {
          reading.problem(within(rest), `there is no group "${name}"${didYouMean(name, groups)}`)
        }
        return name
      },
      needCall: () => this.#needCall(step.name, path),
      nested: (steps, ...rest) => this.#branch(steps, within(rest)),
      newLabel: () => `#${++this.#labels}`,
      userLabel: (name) => `:${name}`,
    }
  }

  /** A branch may or may not run, so what it does to the call is not known after it. */
  #branch(steps: readonly unknown[], path: Path): Piece[] {
    const before = this.#call
    const pieces = this.#list(steps, path)
    this.#call = this.#call === before ? before : 'unknown'
    return pieces
  }

  #link(pieces: readonly Piece[], path: Path): Instruction[] {
    const positions = new Map<string, number>()
    let length = 0
    for (const piece of pieces) {
      if ('mark' in piece) positions.set(piece.mark, length)
      else length++
    }
    const program: Instruction[] = []
    for (const piece of pieces) {
      if ('mark' in piece) continue
      const source = piece.source ?? this.#reading.document.keyPlace(path)
      program.push({ source, ...this.#resolve(piece.operation, piece.goTo, source, positions) })
    }
    return program
  }

  #resolve(operation: Operation, goTo: string | undefined, source: Source, positions: Map<string, number>): Operation {
    if (goTo === undefined) return operation
    const target = positions.get(goTo)
    if (target === undefined) {
      const known = [...positions.keys()].filter((name) => name.startsWith(':')).map((name) => name.slice(1))
      const name = goTo.slice(1)
      this.#reading.problemAt(source, `there is no label "${name}" in this flow${didYouMean(name, known)}`)
      return operation
    }
    if (operation.op === 'receive') return { ...operation, otherwise: target }
    return operation.op === 'jump' ? { ...operation, target } : operation
  }
}

/** Compiles the steps at `path` to a flat program; problems are reported to `reading`. */
export const compileProgram = (
  steps: readonly unknown[],
  path: Path,
  reading: Reading,
  scope: ProgramScope,
): Instruction[] => new ProgramCompiler(reading, scope).compile(steps, path)

/** Whether a program gives a call its final response. */
export const answersCall = (program: readonly Instruction[]): boolean =>
  program.some(({ op }) => op === 'answer' || op === 'reject' || op === 'never-answer')

/** Variables that the steps of a flow set or capture, wherever they stand. */
export function definedNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(definedNames)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const object = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {}
    if (key !== 'set' && key !== 'capture') return definedNames(inner)
    return Object.keys(object).filter((name) => /^[A-Za-z_]\w*$/.test(name))
  })
}
