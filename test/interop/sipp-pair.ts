import { setTimeout as sleep } from 'node:timers/promises'
import { formatAddress, type TransportName } from '../../src/model/address.js'
import type { Packet } from '../peers/captured-packets.js'
import { freePort, freePortRange } from '../peers/free-port.js'
import { runSipp, type SippResult, startSipp } from '../peers/sipp.js'
import type { Network } from './network.js'
import { type OwnResult, startOwn } from './own-run.js'

/** One call between a `siploadgen run` process and SIPp. */
export interface Pairing {
  readonly name: string
  /** SIPp's scenario: a name in test/interop/sipp, or what makes the file. */
  readonly sipp: string | (() => string)
  readonly keys?: Readonly<Record<string, string>>
  readonly sippArgs?: readonly string[]
  readonly transport?: TransportName & ('udp' | 'tcp')
  readonly address?: '127.0.0.1' | '::1'
  /** Further settings of our group, as in `provisional: reliable`. */
  readonly agent?: string
  /** Steps of our flow or of `when called`, without the call itself. */
  readonly steps: string
  /** Arguments of our `call` step. */
  readonly call?: string
  /** The URI alone says where we call. */
  readonly withoutGateway?: boolean
  /** Our flow does without a `call` step. */
  readonly withoutCall?: boolean
  /** A third party: SIPp takes the call that is meant for it at `[third]` of the steps, or key `target` of SIPp. */
  readonly third?: string
  /** 1 when left out. */
  readonly calls?: number
  /** Our `load`, when it is not about the number of calls. */
  readonly load?: string
  /** We answer until SIPp has ended, however often its last message was lost. */
  readonly answersUntilSippEnds?: boolean
  /** Our `timers`. */
  readonly timers?: string
  /** Our run is killed when so many of our INVITEs have been seen on the network. */
  readonly killAfterInvites?: number
  /** nft expressions: what each side loses of the packets between the two. */
  readonly losses?: readonly (readonly [side: 'own' | 'far', expression: string])[]
}

export interface Paired {
  readonly sipp: SippResult
  readonly own: OwnResult
  readonly third: SippResult | undefined
  /** SIPp's `address:port`. */
  readonly sippAddress: string
}

/** Pairs that run at the same time; more would only make each other late. */
export const PAIRS_AT_ONCE = 4
/** Beyond a BYE of SIPp that is lost six times, at 0.5, 1, 2, 4 and 4 s. */
const SIPP_SECONDS = 40

const scenarioFile = (scenario: Pairing['sipp']): string => (typeof scenario === 'string' ? scenario : scenario())

async function prepare(pairing: Pairing, network: Network | undefined) {
  const loopback = pairing.address ?? '127.0.0.1'
  const transport = pairing.transport ?? 'udp'
  const sipp = {
    scenario: scenarioFile(pairing.sipp),
    transport,
    localAddress: network?.far.address ?? loopback,
    localPort: await freePort(loopback),
    mediaPort: await freePortRange(4, loopback),
    calls: pairing.calls ?? 1,
    timeoutSeconds: SIPP_SECONDS,
    args: pairing.sippArgs ?? [],
    ...(network === undefined ? {} : { namespace: network.far.namespace }),
  } as const
  for (const [side, expression] of pairing.losses ?? []) {
    await network?.drop(side, `udp ${side === 'far' ? 'dport' : 'sport'} ${sipp.localPort} ${expression}`)
  }
  const third = pairing.third === undefined ? undefined : await startThird(pairing.third)
  const sippAddress = formatAddress({ host: sipp.localAddress, port: sipp.localPort })
  return {
    loopback,
    transport,
    sipp,
    third,
    sippAddress,
    keys: { domain: 'sipp.test', callee: 'service', ...pairing.keys },
  }
}

async function startThird(scenario: string) {
  const localPort = await freePort()
  const sipp = await startSipp({
    scenario,
    localPort,
    mediaPort: await freePortRange(4),
    calls: 1,
    timeoutSeconds: SIPP_SECONDS,
  })
  return { sipp, uri: `sip:third@127.0.0.1:${localPort}` }
}

const group = (pairing: Pairing, transport: string): string =>
  `  phone: { count: 1, identity: "sip:alice@sipp.test", register: false, transport: ${transport}${
    pairing.agent === undefined ? '' : `, ${pairing.agent}`
  }`

const inNamespace = (network: Network | undefined) =>
  network === undefined ? {} : { namespace: network.own.namespace }

/** What both kinds of scenario end with. */
const ending = (pairing: Pairing, load: string): string =>
  `load: { ${pairing.load ?? load} }\nsamples: { calls: 5 }\n${
    pairing.timers === undefined ? '' : `timers: { ${pairing.timers} }\n`
  }`

async function untilSent(network: Network, to: string, invites: number): Promise<void> {
  const endMs = performance.now() + SIPP_SECONDS * 1000
  const isSeen = (packet: Packet): boolean => packet.to === to && packet.text.startsWith('INVITE ')
  while (network.packets().filter(isSeen).length < invites && performance.now() < endMs) await sleep(200)
}

/** We call SIPp. */
export async function callSipp(pairing: Pairing, network?: Network): Promise<Paired> {
  const { transport, sipp, third, keys, sippAddress } = await prepare(pairing, network)
  const uas = await startSipp({ ...sipp, keys })
  const options = pairing.call === undefined ? '' : `, ${pairing.call}`
  const call = pairing.withoutCall ? '' : `    - call: { from: phone, to: "sip:service@${sippAddress}"${options} }\n`
  const steps = pairing.steps.replaceAll('[target]', sippAddress).replaceAll('[third]', third?.uri ?? '')
  const gateway = pairing.withoutGateway ? 'none' : `${transport}://${sippAddress}`
  const scenario =
    `version: 1\ngateway: ${gateway}\nagents:\n${group(pairing, transport)} }\nflows:\n  flow:\n${call}${steps}\n` +
    ending(pairing, `rate: 10/s, calls: ${pairing.calls ?? 1}`)
  const run = await startOwn({ scenario, ...inNamespace(network) })
  if (pairing.killAfterInvites !== undefined && network) {
    await untilSent(network, sippAddress, pairing.killAfterInvites)
    run.peer.signal('SIGKILL')
  }
  const own = await run.result()
  if (own.exitCode !== 0 && own.exitCode !== 3) await uas.peer.stop()
  return { own, sipp: await uas.result(), third: await third?.sipp.result(), sippAddress }
}

/** SIPp calls us. */
export async function answerSipp(pairing: Pairing, network?: Network): Promise<Paired> {
  const { loopback, transport, sipp, third, keys, sippAddress } = await prepare(pairing, network)
  const port = await freePort(loopback)
  const isOpenEnded = pairing.withoutCall === true || pairing.answersUntilSippEnds === true
  const listen = formatAddress({ host: network?.own.address ?? loopback, port })
  const steps = pairing.steps.replaceAll('[third]', third?.uri ?? '')
  const scenario =
    `version: 1\ngateway: none\nagents:\n${group(pairing, transport)}, listen: "${listen}",\n` +
    `    when called: [${steps}] }\n${ending(pairing, isOpenEnded ? 'for: 1h' : `calls: ${pairing.calls ?? 1}`)}`
  const run = await startOwn({ scenario, listens: port, ...inNamespace(network) })
  const target = third === undefined ? keys : { ...keys, target: third.uri }
  const result = await runSipp({ ...sipp, keys: target, remote: listen })
  // What waits for a call that failed, or for none at all, would stay.
  if (isOpenEnded || result.exitCode !== 0) run.peer.signal('SIGINT')
  return { sipp: result, own: await run.result(), third: await third?.sipp.result(), sippAddress }
}

/** Everything that both sides saw, for the message of a failed test. */
export const story = ({ sipp, own }: Paired): string =>
  `SIPp: exit ${sipp.exitCode}\n${sipp.errors}\n${sipp.messages}\nsiploadgen: exit ${own.exitCode}\n${own.output}\n${JSON.stringify(
    { calls: own.result?.calls, malformed: own.result?.generator.malformed, samples: own.result?.samples },
    null,
    1,
  )}`

export interface Seen {
  readonly direction: 'sent' | 'received'
  readonly text: string
  /** Of the day, by SIPp's clock. */
  readonly atMs: number
}

/** The messages that SIPp sent and received, in order. */
export function messagesOf(sipp: SippResult): Seen[] {
  const [, ...parts] = sipp.messages.split(/^-{40,} \S+ ([\d:.]+)\n\w+ message (sent|received)[^\n]*\n\n/m)
  const seen: Seen[] = []
  for (let i = 0; i + 2 < parts.length; i += 3) {
    const [hours = 0, minutes = 0, seconds = 0] = (parts[i] ?? '').split(':').map(Number)
    const direction = parts[i + 1] === 'sent' ? 'sent' : 'received'
    seen.push({ direction, text: parts[i + 2] ?? '', atMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 })
  }
  return seen
}

/** Those that SIPp received from us and that begin so, such as `INVITE` or `SIP/2.0 183`. */
export const fromUs = (sipp: SippResult, start: string): string[] =>
  messagesOf(sipp)
    .filter(({ direction, text }) => direction === 'received' && text.startsWith(start))
    .map(({ text }) => text)
