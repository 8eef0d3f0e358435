import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import type * as z from 'zod'
import { choice, integer, mapping, text } from '../scenario/fields.js'
import type { FaultPlace, PreparedFault, Scene } from './fault.js'
import { findProgram, runProgram } from './program.js'
import { inNamespace, performUndo, type Undo } from './undo.js'

/** The packets that a rule is about. */
export const scope = {
  interface: text.optional().describe('a network interface'),
  address: text.optional().describe('the far side: an IP address'),
  port: integer(1, 65535)
    .optional()
    .describe('its port, of udp and tcp; or a port of this side where no address is given'),
  protocol: choice(['udp', 'tcp']).optional().describe('both, and everything else, when left out'),
  direction: choice(['in', 'out', 'both']).optional().describe('both when left out'),
  namespace: text.optional().describe('network namespace, as `ip netns` names it'),
}

const scopeSchema = mapping(scope)
export type PacketScope = z.output<typeof scopeSchema>

const SYSTEM_TIMEOUT_MS = 5000

/** Every packet of one interface, or all of a namespace, is one thing; faults on parts of it collide with each other. */
export function scopeSubject({ interface: device, address, port, protocol, namespace }: PacketScope): string {
  const parts = [`network ${namespace ?? ''}`, device ?? '', address ?? '', port ?? '', protocol ?? '']
  return parts.join('/').replace(/\/+$/, '')
}

/** The same in words. */
export function describeScope({
  interface: device,
  address,
  port,
  protocol,
  direction,
  namespace,
}: PacketScope): string {
  const parts = [
    device === undefined ? '' : `interface ${device}`,
    address ?? '',
    port === undefined ? '' : `port ${port}`,
    protocol ?? '',
    direction === undefined || direction === 'both' ? '' : `${direction} only`,
    namespace === undefined ? '' : `in namespace ${namespace}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export function checkScope({ interface: device, address, port }: PacketScope, place: FaultPlace): void {
  if (device === undefined && address === undefined && port === undefined) {
    place.problem('name an interface, an address or a port: a rule on everything would cut this machine off')
  }
  if (address !== undefined && isIP(address) === 0) place.problem(`"${address}" is not an IP address`, 'address')
  if (device !== undefined && !/^[\w.@:-]{1,15}$/.test(device)) {
    place.problem(`"${device}" cannot be the name of an interface`, 'interface')
  }
}

/** The match of packets that go out to the far side, or come in from it. */
function match(wanted: PacketScope, way: 'in' | 'out'): string {
  const { interface: device, address, port, protocol } = wanted
  const [side, far, name] = way === 'in' ? ['saddr', 'sport', 'iifname'] : ['daddr', 'dport', 'oifname']
  // Without a far side, a port is one of ours.
  const end = address === undefined ? (way === 'in' ? 'dport' : 'sport') : far
  const ports = protocol === undefined ? `meta l4proto { tcp, udp } th ${end}` : `${protocol} ${end}`
  return [
    device === undefined ? '' : `${name} "${device}"`,
    address === undefined ? '' : `ip${isIP(address) === 6 ? '6' : ''} ${side} ${address}`,
    port === undefined ? (protocol === undefined ? '' : `meta l4proto ${protocol}`) : `${ports} ${port}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** A table of its own, before every other, that does `verdicts` to the packets meant; IPv4 and IPv6, routed ones too. */
export function ruleset(table: string, wanted: PacketScope, verdicts: readonly string[]): string {
  const direction = wanted.direction ?? 'both'
  const rules = (ways: readonly ('in' | 'out')[]): string =>
    ways
      .filter((way) => direction === 'both' || direction === way)
      .flatMap((way) => verdicts.map((verdict) => `    ${match(wanted, way)} ${verdict}\n`))
      .join('')
  const chain = (hook: string, ways: readonly ('in' | 'out')[]): string =>
    `  chain ${hook} {\n    type filter hook ${hook} priority -300; policy accept;\n${rules(ways)}  }\n`
  return `table inet ${table} {\n${chain('input', ['in'])}${chain('output', ['out'])}${chain('forward', ['in', 'out'])}}\n`
}

interface FilterFault {
  readonly scope: PacketScope
  readonly verdicts: readonly string[]
  readonly does: string
}

/** A fault that a table of nftables makes; its name holds the run's, so nobody else's rules are touched. */
export async function prepareFilter(fault: FilterFault, scene: Scene, id: number): Promise<PreparedFault | string> {
  const { namespace, interface: device } = fault.scope
  const lack = await missing(namespace, device)
  if (lack !== undefined) return lack
  const table = `siploadgen_${scene.run.replaceAll(/\W/g, '_')}_${id}`
  const rules = ruleset(table, fault.scope, fault.verdicts)
  const load = (...options: string[]): Promise<string | undefined> => nft(namespace, options, rules)
  // Checks syntax, kernel and privileges, and changes nothing.
  const refused = await load('-c')
  if (refused !== undefined) return `nftables refuses the rules: ${refused}`
  const undo: Undo = { kind: 'nft table', table, namespace }
  return {
    does: `${fault.does} (nft table inet ${table})`,
    undoes: `delete nft table inet ${table}`,
    undos: [undo],
    inForce: 'made',
    undoIsAsSlow: true,
    undone: true,
    make: () => load(),
    undo: () => performUndo(undo),
  }
}

async function nft(
  namespace: string | undefined,
  options: readonly string[],
  input: string,
): Promise<string | undefined> {
  const { program, args } = inNamespace(namespace, 'nft', [...options, '-f', '-'])
  const { problem, output } = await runProgram(program, args, { timeoutMs: SYSTEM_TIMEOUT_MS, input })
  if (problem === undefined) return undefined
  return output.split('\n').find((line) => /Error|denied|not permitted/i.test(line)) ?? problem
}

/** A tool, a namespace or an interface that is not there. */
async function missing(namespace: string | undefined, device: string | undefined): Promise<string | undefined> {
  if (findProgram('nft') === undefined) return 'the program nft is not installed (package nftables)'
  return await missingDevice(namespace, device)
}

export async function missingDevice(
  namespace: string | undefined,
  device: string | undefined,
): Promise<string | undefined> {
  if (namespace !== undefined && !existsSync(`/var/run/netns/${namespace}`)) {
    return `there is no network namespace "${namespace}"`
  }
  if (device === undefined) return undefined
  if (namespace === undefined) {
    return existsSync(`/sys/class/net/${device}`) ? undefined : `there is no network interface "${device}"`
  }
  if (findProgram('ip') === undefined) return 'the program ip is not installed (package iproute2)'
  const { program, args } = inNamespace(namespace, 'ip', ['link', 'show', 'dev', device])
  const { problem } = await runProgram(program, args, { timeoutMs: SYSTEM_TIMEOUT_MS })
  return problem === undefined ? undefined : `there is no network interface "${device}" in namespace ${namespace}`
}
