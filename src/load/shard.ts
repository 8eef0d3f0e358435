import type { AgentGroup, Limits, Scenario } from '../model/scenario.js'

/** One of the parts that a run is split into: calls, slots of agents and limits are dealt out in turn, from 0 on. */
export interface Shard {
  readonly index: number
  readonly of: number
}

/** A run that is not split. */
export const wholeRun: Shard = { index: 0, of: 1 }

/** Whether the n-th of something is the shard's. */
export const isOwn = ({ index, of }: Shard, n: number): boolean => n % of === index

/** How many of the first `count` are the shard's: all shards together have exactly `count`. */
export const ownCount = ({ index, of }: Shard, count: number): number => Math.floor((count - index + of - 1) / of)

/** The number that the n-th of a shard has in the whole run. */
export const wholeNumber = ({ index, of }: Shard, n: number): number => n * of + index

/** Whose turn it is, call after call, while none is busy: the agents of the group by their index. */
export function ownTurns(shard: Shard, { count, callsAtOnce }: AgentGroup): number[] {
  const turns = ownCount(shard, count * callsAtOnce)
  return Array.from({ length: turns }, (_, n) => wholeNumber(shard, n) % count)
}

/** The shard's part of the limits of a run. */
export function ownLimits(shard: Shard, limits: Limits): Limits {
  if (shard.of === 1) return limits
  const { callsPerSecond, concurrentCalls } = limits
  return {
    ...limits,
    callsPerSecond: callsPerSecond === undefined ? undefined : ownCount(shard, Math.floor(callsPerSecond)),
    concurrentCalls: concurrentCalls === undefined ? undefined : ownCount(shard, concurrentCalls),
  }
}

/**
 * Why a run of the scenario cannot be made by so many processes besides the one that judges it without being another run;
 * undefined: it can.
 */
export function unsplittable(scenario: Scenario, shards: number): string | undefined {
  const { flows, capture, conformance, record, groups, limits } = scenario
  if (capture || conformance) return 'a process captures and judges its own traffic'
  if (record) return 'calls are chosen for recording from all that were made'
  if (shards === 1) return undefined
  if (flows.length === 0) return 'others place the calls'
  if ((limits.concurrentCalls ?? shards) < shards) return `${limits.concurrentCalls} concurrent calls are too few`
  if ((limits.callsPerSecond ?? shards) < shards) return `${limits.callsPerSecond} calls per second are too few`
  for (const group of groups) {
    const reason = undividable(group, shards)
    if (reason !== undefined) return `group "${group.name}" ${reason}`
  }
  return undefined
}

/** An agent with a connection or a binding is in one shard only; what else it is may be in each, for a part of its calls. */
function undividable({ count, callsAtOnce, listen, register, transport }: AgentGroup, shards: number) {
  if (listen) return 'listens at one address'
  if (count % shards === 0) return undefined
  if (register) return `has ${count} agents that register`
  if (transport !== 'udp') return `has ${count} agents with connections`
  return (count * callsAtOnce) % shards === 0 ? undefined : `can take ${count * callsAtOnce} calls at once`
}
