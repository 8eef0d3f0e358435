import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Clock } from '../../base/clock.js'
import { SiploadgenError } from '../../base/errors.js'
import type { Rng } from '../../base/rng.js'
import { type GatewayHandle, startEmbeddedGateway } from '../../gateway/embedded.js'
import { locateIceServers } from '../../load/ice-servers.js'
import type { GroupTargets } from '../../load/phones.js'
import { CurrentPlaces, locateTargets, resolverFor } from '../../load/targets.js'
import type { AgentGroup, GatewayTarget, Scenario, Target } from '../../model/scenario.js'
import type { TargetGuard } from '../../transport/guard.js'
import { localAddressFor } from '../../transport/local-address.js'
import type { RunLog } from './run-log.js'

export type GroupPlaces = ReadonlyMap<string, GroupTargets>

/** The embedded gateways of a run, by the scenario's entry that wants them. */
export type StartedGateways = ReadonlyMap<GatewayTarget, GatewayHandle>

type EmbeddedTarget = Extract<GatewayTarget, { kind: 'embedded' }>

/** Where embedded gateways are found. */
export type GatewayPlaces = ReadonlyMap<GatewayTarget, Pick<GatewayHandle, 'targets' | 'caFile'>>

const gatewayOf = (scenario: Scenario, group: AgentGroup): GatewayTarget => group.gateway ?? scenario.gateway

/** The embedded gateways that a scenario wants, in the order of its groups. */
export const wantedGateways = (scenario: Scenario): EmbeddedTarget[] =>
  [...new Set(scenario.groups.map((group) => gatewayOf(scenario, group)))].flatMap((gateway) =>
    gateway.kind === 'embedded' ? [gateway] : [],
  )

/** Starts what the scenario wants to have embedded. */
export async function startGateways(scenario: Scenario): Promise<StartedGateways> {
  const started = new Map<GatewayTarget, GatewayHandle>()
  const { t1Ms } = scenario.timers
  try {
    for (const gateway of wantedGateways(scenario)) {
      const webrtc = scenario.groups.some((group) => group.media === 'webrtc' && gatewayOf(scenario, group) === gateway)
      started.set(gateway, await startEmbeddedGateway({ ...gateway.options, t1Ms, seed: scenario.seed, webrtc }))
    }
  } catch (error) {
    await stopGateways(started)
    throw error
  }
  return started
}

export async function stopGateways(gateways: StartedGateways): Promise<void> {
  await Promise.all([...gateways.values()].map((handle) => handle.stop()))
}

/** Where the phones of every group send, and from which addresses. */
export async function placeGroups(
  scenario: Scenario,
  gateways: GatewayPlaces,
  rng: Rng,
  guard: TargetGuard,
  clock: Clock,
  log: RunLog,
): Promise<GroupPlaces> {
  const places = new Map<string, GroupTargets>()
  const resolver = resolverFor(scenario.dns.servers)
  for (const group of scenario.groups) {
    const gateway = gatewayOf(scenario, group)
    const handle = gateways.get(gateway)
    const known: readonly Target[] = gateway.kind === 'external' ? gateway.targets : (handle?.targets ?? [])
    const locate = () => locateTargets(known, group.transport, resolver, rng, guard)
    const located = await locate()
    const targets = located.all
    if (targets.length === 0 && gateway.kind !== 'none') {
      const detail = `the gateway has no ${group.transport} target for group "${group.name}"`
      throw new SiploadgenError('scenario/invalid', detail, { place: group.source })
    }
    const remote = targets[0]?.address
    const local = remote ? [await localAddressFor(remote)] : []
    const sourceAddresses = group.sourceAddresses.length > 0 ? group.sourceAddresses : local
    const ca = handle && readFileSync(handle.caFile, 'utf8')
    const webrtc = await locateIceServers(group.webrtc, resolver, guard)
    const isNamed = known.some(({ host, transport }) => transport === group.transport && isIP(host) === 0)
    const current = new CurrentPlaces(located, rng, clock, isNamed ? locate : undefined, (text) =>
      log.lookUpFailed(text),
    )
    places.set(group.name, { targets, places: current, sourceAddresses, webrtc, ca, keyLog: undefined })
  }
  return places
}
