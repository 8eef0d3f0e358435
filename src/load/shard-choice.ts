import type { AgentGroup, Scenario } from '../model/scenario.js'
import { unsplittable } from './shard.js'

/** So many sockets of agents are left to one process. */
export const MOST_SOCKETS = 20_000
/** So many processes make one run. */
export const MOST_SHARDS = 64

/** How many processes make the load, and why, in words for people; `undefined` shards: the run's own process does. */
export interface ShardChoice {
  readonly shards: number | undefined
  readonly note: string | undefined
}

/** `asked`: a number of shards, `auto` for one a core, or undefined: one process while it can hold all agents. */
export function chooseShards(scenario: Scenario, asked: number | 'auto' | undefined, cores: number): ShardChoice {
  if (asked === 'auto') return largest(scenario, Math.min(cores, MOST_SHARDS))
  if (asked === undefined) return forSockets(scenario)
  const reason = unsplittable(scenario, asked)
  return reason === undefined ? { shards: asked, note: undefined } : notSplit(reason)
}

const notSplit = (reason: string): ShardChoice => ({
  shards: undefined,
  note: `the run is not split into shards: ${reason}`,
})

/** As many as there are cores, or the next smaller number that the scenario can be divided by. */
function largest(scenario: Scenario, cores: number): ShardChoice {
  let reason: string | undefined = 'this machine has one core'
  for (let shards = cores; shards > 1; shards--) {
    reason = unsplittable(scenario, shards)
    if (reason === undefined) return { shards, note: `the load is made by ${shards} processes` }
  }
  return notSplit(reason)
}

function forSockets(scenario: Scenario): ShardChoice {
  const sockets = scenario.groups.reduce((sum, group) => sum + socketsOf(group), 0)
  const least = Math.ceil(sockets / MOST_SOCKETS)
  if (least < 2) return { shards: undefined, note: undefined }
  for (let shards = least; shards <= Math.min(2 * least, MOST_SHARDS); shards++) {
    if (unsplittable(scenario, shards) !== undefined) continue
    return {
      shards,
      note: `the load is made by ${shards} processes: agents have ${sockets} sockets (--shards 1: by one)`,
    }
  }
  return notSplit(`agents have ${sockets} sockets, but ${unsplittable(scenario, least)}`)
}

/** What its agents hold for as long as the run goes on; sockets of calls come and go. */
function socketsOf({ count, listen, transport, socket }: AgentGroup): number {
  return listen || (transport === 'udp' && socket !== 'phone') ? 1 : count
}
