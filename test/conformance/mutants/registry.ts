import type { Mutant } from '../mutation.js'
import { proxies } from './proxies.js'
import { rfc3261Dialogs } from './rfc3261-dialogs.js'
import { rfc3261Messages } from './rfc3261-messages.js'
import { rfc3261Transactions } from './rfc3261-transactions.js'
import { rfc3264 } from './rfc3264.js'
import { rfc7118 } from './rfc7118.js'

/** A mutant for every rule, by the rule's id. */
export const mutants: Readonly<Record<string, Mutant>> = {
  ...rfc3261Messages,
  ...rfc3261Dialogs,
  ...rfc3261Transactions,
  ...rfc3264,
  ...rfc7118,
  ...proxies,
}
