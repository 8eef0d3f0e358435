import type { Mutant } from '../mutation.js'
import { rfc3261Messages } from './rfc3261-messages.js'

/** A mutant for every rule, by the rule's id. */
export const mutants: Readonly<Record<string, Mutant>> = { ...rfc3261Messages }
