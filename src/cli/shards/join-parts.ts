import { mergeSnapshots } from '../../metrics/merge-snapshots.js'
import type { Snapshot } from '../../metrics/snapshot.js'
import type { AgentCounts, GeneratorHealth } from '../../model/result.js'
import type { Scenario } from '../../model/scenario.js'
import type { RunPart } from '../run/result-parts.js'

export interface NamedPart {
  readonly name: string
  readonly part: RunPart
}

/**
 * What the shards of a run know of it as what one process would: at least one part. `ownCpuSeconds`: of who joins them;
 * `own`: what that has measured itself.
 */
export function joinParts(
  named: readonly NamedPart[],
  { groups }: Pick<Scenario, 'groups'>,
  ownCpuSeconds: number,
  own?: Snapshot,
): RunPart {
  const parts = named.map(({ part }) => part)
  const first = parts[0]
  if (!first) throw new Error('there is no part to join')
  const snapshot = mergeSnapshots([...parts.map((part) => part.snapshot), ...(own ? [own] : [])])
  const lag = snapshot.metrics.find(({ name, tags }) => name === 'schedule.lag' && Object.keys(tags).length === 0)
  return {
    snapshot,
    agents: Object.fromEntries(
      groups.map(({ name, count }) => [
        name,
        { ...joinAgents(parts.flatMap(({ agents }) => agents[name] ?? [])), count },
      ]),
    ),
    refusals: Object.assign({}, ...parts.map(({ refusals }) => refusals)),
    targets: joinTargets(parts),
    generator: joinHealth(named, lag?.kind === 'histogram' ? lag.p99 : null, ownCpuSeconds),
    packetIo: first.packetIo,
    packetIoReason: first.packetIoReason,
    loadMs: Math.max(...parts.map(({ loadMs }) => loadMs)),
    heard: parts.some(({ heard }) => heard),
  }
}

function joinAgents(parts: readonly AgentCounts[]): AgentCounts {
  const sum = (read: (part: AgentCounts) => number | undefined): number =>
    parts.reduce((total, part) => total + (read(part) ?? 0), 0)
  return {
    count: sum((part) => part.count),
    registered: sum((part) => part.registered),
    connections: sum((part) => part.connections),
    connectionsLost: sum((part) => part.connectionsLost),
    registrations: sum((part) => part.registrations),
    registrationsFailed: sum((part) => part.registrationsFailed),
  }
}

/** Each name with every address that any shard reached it at. */
function joinTargets(parts: readonly RunPart[]): RunPart['targets'] {
  const addresses = new Map<string, Set<string>>()
  for (const { name, addresses: own } of parts.flatMap(({ targets }) => targets)) {
    addresses.set(name, new Set([...(addresses.get(name) ?? []), ...own]))
  }
  return [...addresses].map(([name, own]) => ({ name, addresses: [...own] }))
}

/** One shard at its limit delays its part of the calls: then the run proves nothing, however idle the others are. */
function joinHealth(named: readonly NamedPart[], scheduleLagMs: number | null, ownCpuSeconds: number): GeneratorHealth {
  const all = named.map(({ part }) => part.generator)
  const delays = all.flatMap(({ eventLoopDelayMs }) => eventLoopDelayMs ?? [])
  const malformed: Record<string, number> = {}
  for (const [kind, count] of all.flatMap((each) => Object.entries(each.malformed ?? {}))) {
    malformed[kind] = (malformed[kind] ?? 0) + count
  }
  return {
    scheduleLagMs,
    eventLoopDelayMs: delays.length === 0 ? null : Math.max(...delays),
    cpuSeconds: Math.round(all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, ownCpuSeconds) * 1000) / 1000,
    socketDrops: all.reduce((sum, { socketDrops }) => sum + socketDrops, 0),
    saturated: all.some(({ saturated }) => saturated),
    reasons: named.flatMap(({ name, part }) => part.generator.reasons.map((reason) => `${name}: ${reason}`)),
    malformed,
  }
}
