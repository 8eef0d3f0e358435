import pLimit from 'p-limit'
import { beforeAll } from 'vitest'
import { formatAddress, type TransportName } from '../../src/model/address.js'
import { freePort, freePortRange } from '../peers/free-port.js'
import { runSipp, type SippResult, startSipp } from '../peers/sipp.js'
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
  /** Our flow does without a `call` step. */
  readonly withoutCall?: boolean
  /** A third party: SIPp takes the call that is meant for it at `[third]` of the steps, or key `target` of SIPp. */
  readonly third?: string
}

export interface Paired {
  readonly sipp: SippResult
  readonly own: OwnResult
  readonly third: SippResult | undefined
}

/** Processes that run at the same time; more would only make each other late. */
const PAIRS_AT_ONCE = 4
const SIPP_SECONDS = 20

const scenarioFile = (scenario: Pairing['sipp']): string => (typeof scenario === 'string' ? scenario : scenario())

async function prepare(pairing: Pairing) {
  const address = pairing.address ?? '127.0.0.1'
  const transport = pairing.transport ?? 'udp'
  const sipp = {
    scenario: scenarioFile(pairing.sipp),
    transport,
    localAddress: address,
    localPort: await freePort(address),
    mediaPort: await freePortRange(4, address),
    calls: 1,
    timeoutSeconds: SIPP_SECONDS,
    args: pairing.sippArgs ?? [],
  } as const
  const third = pairing.third === undefined ? undefined : await startThird(pairing.third)
  return { address, transport, sipp, third, keys: { domain: 'sipp.test', callee: 'service', ...pairing.keys } }
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

/** We call SIPp. */
export async function callSipp(pairing: Pairing): Promise<Paired> {
  const { address, transport, sipp, third, keys } = await prepare(pairing)
  const target = formatAddress({ host: address, port: sipp.localPort })
  const uas = await startSipp({ ...sipp, keys })
  const call = `    - call: { from: phone, to: "sip:service@${target}"${pairing.call === undefined ? '' : `, ${pairing.call}`} }\n`
  const steps = pairing.steps.replaceAll('[target]', target).replaceAll('[third]', third?.uri ?? '')
  const scenario =
    `version: 1\ngateway: ${transport}://${target}\nagents:\n${group(pairing, transport)} }\nflows:\n  flow:\n` +
    `${pairing.withoutCall ? '' : call}${steps}\nload: { rate: 10/s, calls: 1 }\nsamples: { calls: 1 }\n`
  const own = await (await startOwn({ scenario })).result()
  if (own.exitCode !== 0 && own.exitCode !== 3) await uas.peer.stop()
  return { own, sipp: await uas.result(), third: await third?.sipp.result() }
}

/** SIPp calls us. */
export async function answerSipp(pairing: Pairing): Promise<Paired> {
  const { address, transport, sipp, third, keys } = await prepare(pairing)
  const port = await freePort(address)
  const listen = formatAddress({ host: address, port })
  const steps = pairing.steps.replaceAll('[third]', third?.uri ?? '')
  const scenario =
    `version: 1\ngateway: none\nagents:\n${group(pairing, transport)}, listen: "${listen}",\n` +
    `    when called: [${steps}] }\nload: { ${pairing.withoutCall ? 'for: 1h' : 'calls: 1'} }\nsamples: { calls: 1 }\n`
  const run = await startOwn({ scenario, listens: port })
  const target = third === undefined ? keys : { ...keys, target: third.uri }
  const result = await runSipp({ ...sipp, keys: target, remote: listen })
  // What waits for a call that failed, or for none at all, would stay.
  if (pairing.withoutCall || result.exitCode !== 0) run.peer.signal('SIGINT')
  return { sipp: result, own: await run.result(), third: await third?.sipp.result() }
}

/** Runs all pairings before the tests, several at once; `of` gives what became of one, or throws what it threw. */
export function runPairings(
  pairings: readonly Pairing[],
  run: (pairing: Pairing) => Promise<Paired>,
): { of(pairing: Pairing): Paired } {
  const outcomes = new Map<Pairing, PromiseSettledResult<Paired>>()
  beforeAll(async () => {
    const limit = pLimit(PAIRS_AT_ONCE)
    const settled = await Promise.allSettled(pairings.map((pairing) => limit(() => run(pairing))))
    for (const [i, pairing] of pairings.entries()) {
      const outcome = settled[i]
      if (outcome) outcomes.set(pairing, outcome)
    }
  })
  return {
    of: (pairing) => {
      const outcome = outcomes.get(pairing)
      if (outcome?.status === 'fulfilled') return outcome.value
      throw outcome?.reason ?? new Error(`${pairing.name} was not run`)
    },
  }
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
}

/** The messages that SIPp sent and received, in order. */
export function messagesOf(sipp: SippResult): Seen[] {
  const [, ...parts] = sipp.messages.split(/^-{40,} [^\n]*\n\w+ message (sent|received)[^\n]*\n\n/m)
  const seen: Seen[] = []
  for (let i = 0; i + 1 < parts.length; i += 2) {
    seen.push({ direction: parts[i] === 'sent' ? 'sent' : 'received', text: parts[i + 1] ?? '' })
  }
  return seen
}

/** Those that SIPp received from us and that begin so, such as `INVITE` or `SIP/2.0 183`. */
export const fromUs = (sipp: SippResult, start: string): string[] =>
  messagesOf(sipp)
    .filter(({ direction, text }) => direction === 'received' && text.startsWith(start))
    .map(({ text }) => text)
