import { SiploadgenError } from '../base/errors.js'
import type { FaultPlace, PreparedFault } from './fault.js'

/** Says so when the scenario has no embedded gateway of this name. */
export function checkInstance(name: string, place: FaultPlace, ...keys: string[]): void {
  if (place.instances.includes(name)) return
  if (place.instances.length === 0) {
    place.problem('only the embedded gateway can be broken this way; use command, signal or http for another', ...keys)
  } else place.problem(`there is no "${name}"; the embedded gateway has ${place.instances.join(', ')}`, ...keys)
}

/** What a gateway did not do, as a text. */
export async function problemOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof SiploadgenError) return error.detail
    throw error
  }
}

interface InstanceFault {
  readonly does: string
  readonly undoes: string
  make(): Promise<unknown>
  undo(): Promise<unknown>
  standBy?(): Promise<void>
}

/** A fault within an embedded gateway: it ends with the run, so the journal needs nothing of it. */
export function onInstance({ does, undoes, make, undo, standBy }: InstanceFault): PreparedFault {
  return {
    does,
    undoes,
    undos: [],
    inForce: 'made',
    undone: true,
    make: () => problemOf(make()),
    undo: () => problemOf(undo()),
    ...(standBy === undefined ? {} : { standBy }),
  }
}
