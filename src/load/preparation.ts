import pLimit from 'p-limit'
import { Exchange } from '../agent/exchange.js'
import type { Phone } from '../agent/phone.js'
import type { Stack } from '../agent/stack.js'
import { sleep } from '../base/clock.js'
import { SiploadgenError } from '../base/errors.js'
import { type Address, formatAddress } from '../model/address.js'
import type { AgentGroup } from '../model/scenario.js'
import { createServerCertificate } from '../transport/certificates.js'
import { transports } from '../transport/registry.js'
import { isTransportFailure, type TransportFailure } from '../transport/transport.js'
import { CONNECT_TIMEOUT_MS } from './phones.js'
import { type Shard, wholeNumber, wholeRun } from './shard.js'

/** Connections that are opened at the same time. */
const CONNECTS_AT_ONCE = 32

/** A group with its phones, ready to be opened. */
export interface PreparedGroup {
  readonly group: AgentGroup
  readonly phones: readonly Phone[]
  exchange: Exchange | undefined
}

const ends: Readonly<Partial<Record<TransportFailure['kind'], ConstructorParameters<typeof SiploadgenError>[0]>>> = {
  certificate: 'environment/certificate',
  'address-in-use': 'environment/port',
  descriptors: 'environment/descriptors',
  'address-not-available': 'environment/port',
  permission: 'target/permission',
  resolve: 'environment/resolve',
}

/** A transport failure that ends the program before load has started. */
export function preparationError(failure: TransportFailure, where: string): SiploadgenError {
  return new SiploadgenError(ends[failure.kind] ?? 'environment/no-response', `${where}: ${failure.text}`)
}

/** Opens the sockets, connections and listeners of a group. */
export async function openGroup(stack: Stack, prepared: PreparedGroup, stopped: () => boolean): Promise<void> {
  const { group, phones } = prepared
  const first = phones[0]
  if (!first) return
  if (group.listen || (group.transport === 'udp' && group.socket === 'group')) {
    prepared.exchange = await openExchange(stack, group, phones)
    if (group.transport === 'udp') return
  }
  const limit = pLimit(CONNECTS_AT_ONCE)
  let failed: TransportFailure | undefined
  await Promise.all(
    phones.map((phone) =>
      limit(async () => {
        if (failed || stopped()) return
        failed = (await phone.open()) ?? failed
      }),
    ),
  )
  const target = first.profile.targets[0]
  const place = target ? `${group.transport} ${formatAddress(target.address)}` : group.transport
  if (failed) throw preparationError(failed, `group "${group.name}" could not connect to ${place}`)
}

async function openExchange(stack: Stack, group: AgentGroup, phones: readonly Phone[]): Promise<Exchange> {
  const exchange = new Exchange(stack)
  exchange.add(phones)
  const profile = phones[0]?.profile
  if (!profile) return exchange
  const local: Address = group.listen ?? { host: profile.sourceAddresses[0] ?? '127.0.0.1', port: 0 }
  const secure = group.transport === 'tls' || group.transport === 'wss'
  const tls = secure ? await createServerCertificate(['localhost', local.host]) : undefined
  const serverTls = tls && { cert: tls.certPem, key: tls.keyPem }
  const result = await exchange.open(profile, local, serverTls)
  if (isTransportFailure(result)) {
    throw preparationError(result, `group "${group.name}" could not listen on ${formatAddress(local)}`)
  }
  return exchange
}

export interface RegistrationTally {
  ok: number
  answered: number
  failed: number
  lastReason: string
}

/** Registers all phones at the given rate; outcomes are recorded by the phones' observer. */
export async function registerAll(
  stack: Stack,
  groups: readonly PreparedGroup[],
  perSecond: number,
  stopped: () => boolean,
  shard: Shard = wholeRun,
): Promise<RegistrationTally> {
  const tally: RegistrationTally = { ok: 0, answered: 0, failed: 0, lastReason: '' }
  const phones = groups.flatMap(({ phones }) => phones.filter((phone) => phone.registrations.length > 0))
  const startMs = stack.clock.nowMs()
  const pending: Promise<void>[] = []
  for (const [index, phone] of phones.entries()) {
    const waitMs = startMs + (wholeNumber(shard, index) / perSecond) * 1000 - stack.clock.nowMs()
    if (waitMs > 1) await sleep(stack.clock, waitMs)
    if (stopped()) break
    pending.push(
      phone.register().then((outcome) => {
        if (outcome.ok) tally.ok++
        else {
          tally.failed++
          tally.lastReason = outcome.reason
        }
        if (outcome.status > 0) tally.answered++
      }),
    )
  }
  await Promise.all(pending)
  if (pending.length > 0 && tally.answered === 0 && !stopped()) {
    throw new SiploadgenError('environment/no-response', `no REGISTER was answered: ${tally.lastReason}`)
  }
  return tally
}

/** How long a closed port may take to say so. */
const REFUSAL_MS = 300

/** Finds UDP targets where nobody listens, before anything else is sent there. A group needs one that is not refused. */
export async function checkTargets(stack: Stack, groups: readonly PreparedGroup[]): Promise<void> {
  const answers = new Map<string, Promise<boolean>>()
  const refusedAt = (address: Address): Promise<boolean> => {
    const key = formatAddress(address)
    const known = answers.get(key) ?? isRefused(stack, address)
    answers.set(key, known)
    return known
  }
  for (const { group, phones } of groups) {
    const targets = phones[0]?.profile.targets ?? []
    if (group.transport !== 'udp' || targets.length === 0) continue
    const refused = await Promise.all(targets.map(({ address }) => refusedAt(address)))
    if (!refused.every(Boolean)) continue
    const places = targets.map(({ address }) => formatAddress(address)).join(' and ')
    throw new SiploadgenError('environment/no-response', `group "${group.name}": nobody listens at udp ${places}`)
  }
}

/**
 * Whether nobody listens at a UDP target: a keep-alive (RFC 5626 4.4) from a connected socket makes the system tell of
 * an ICMP refusal. Silence proves nothing and counts as present.
 */
async function isRefused(stack: Stack, remote: Address): Promise<boolean> {
  let refused = false
  const channel = await transports.udp.connect(
    { remote, timeoutMs: CONNECT_TIMEOUT_MS, guard: stack.guard, udp: { connected: true } },
    {
      onMessage: () => {},
      onFailure: (_channel, failure) => {
        refused ||= failure.kind === 'refused'
      },
      onClose: () => {},
    },
  )
  if (isTransportFailure(channel)) return channel.kind === 'refused'
  channel.keepAlive()
  const untilMs = stack.clock.nowMs() + REFUSAL_MS
  while (!refused && stack.clock.nowMs() < untilMs) await sleep(stack.clock, 10)
  await channel.close()
  return refused
}
