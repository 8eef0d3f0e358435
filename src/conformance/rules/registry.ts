import type { AnyRule } from '../rule.js'
import * as rfc3261 from './rfc3261/registry.js'

/** Every rule. A new one is a file and a line in the registry of its RFC. */
export const rules: readonly AnyRule[] = [rfc3261].flatMap((registry) => Object.values(registry))
