import type { Flow } from '../model/scenario.js'
import { steps as stepList } from './fields.js'
import { callNames } from './inputs.js'
import type { LoadSection } from './load-section.js'
import { compileProgram, definedNames } from './program.js'
import type { Reading } from './reading.js'
import { didYouMean } from './suggest.js'

const flowSchema = stepList('flow')

/** Groups that the steps of a flow name, so that their CSV columns can be used. */
function namedGroups(steps: unknown, groups: readonly string[]): string[] {
  if (typeof steps === 'string') return groups.filter((group) => steps === group || steps.split(' ').includes(group))
  if (typeof steps !== 'object' || steps === null) return []
  return Object.values(steps).flatMap((inner) => namedGroups(inner, groups))
}

/** Weight of each flow that the load uses. */
function weights(names: readonly string[], load: LoadSection | undefined, reading: Reading): Map<string, number> {
  const missing = (name: string, path: string[], key: boolean) => {
    if (!names.includes(name)) reading.problem(path, `there is no flow "${name}"${didYouMean(name, names)}`, { key })
  }
  if (load?.flow !== undefined) {
    missing(load.flow, ['load', 'flow'], false)
    return new Map([[load.flow, 1]])
  }
  if (load?.flows !== undefined) {
    const entries = Object.entries(load.flows)
    for (const [name] of entries) missing(name, ['load', 'flows', name], true)
    return new Map(entries)
  }
  return new Map(names.map((name) => [name, 1]))
}

/** Compiles the flows that the load uses. */
export function buildFlows(
  raw: Readonly<Record<string, unknown>>,
  load: LoadSection | undefined,
  columns: ReadonlyMap<string, readonly string[]>,
  groups: readonly string[],
  reading: Reading,
): Flow[] {
  const names = Object.keys(raw)
  const shares = weights(names, load, reading)
  return names.flatMap((name) => {
    const path = ['flows', name]
    const steps = raw[name]
    const weight = shares.get(name)
    if (weight === undefined && load?.complete && [...shares.keys()].every((used) => names.includes(used))) {
      reading.problem(path, `the flow "${name}" is never used`, { key: true, hint: 'name it in load: or remove it' })
    }
    const list = reading.parse(flowSchema, steps, path)
    if (list === undefined) return []
    if (list.length === 0) reading.problem(path, `the flow "${name}" has no steps`, { key: true })
    const agentNames = ['n', ...namedGroups(steps, groups).flatMap((group) => columns.get(group) ?? [])]
    const known = ['call', ...definedNames(steps)]
    const program = compileProgram(list, path, reading, {
      context: 'flow',
      groups,
      names: known,
      agentNames,
      callNames,
    })
    return weight === undefined ? [] : [{ name, weight, program }]
  })
}
