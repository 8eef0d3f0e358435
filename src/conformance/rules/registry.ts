import type { AnyRule } from '../rule.js'
import * as rfc3261 from './rfc3261/registry.js'
import * as rfc3263 from './rfc3263/registry.js'
import * as rfc3264 from './rfc3264/registry.js'
import * as rfc3581 from './rfc3581/registry.js'
import * as rfc4320 from './rfc4320/registry.js'
import * as rfc5393 from './rfc5393/registry.js'
import * as rfc5626 from './rfc5626/registry.js'
import * as rfc6026 from './rfc6026/registry.js'
import * as rfc6455 from './rfc6455/registry.js'
import * as rfc7118 from './rfc7118/registry.js'

const registries = [rfc3261, rfc3263, rfc3264, rfc3581, rfc4320, rfc5393, rfc5626, rfc6026, rfc6455, rfc7118]

/** Every rule. A new one is a file and a line in the registry of its RFC. */
export const rules: readonly AnyRule[] = registries.flatMap((registry): readonly AnyRule[] => Object.values(registry))
