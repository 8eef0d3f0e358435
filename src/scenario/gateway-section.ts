import * as z from 'zod'
import { type TransportName, transportNames } from '../model/address.js'
import type { EmbeddedGatewayOptions, GatewayTarget, Target } from '../model/scenario.js'
import {
  choice,
  count,
  flag,
  integer,
  mapping,
  milliseconds,
  oneOrMany,
  percent,
  positiveMilliseconds,
  text,
} from './fields.js'
import { ipVersion } from './ip-address.js'
import type { Reading } from './reading.js'
import { didYouMean } from './suggest.js'
import type { Path } from './yaml-document.js'

const algorithms = ['MD5', 'SHA-256', 'SHA-512-256'] as const

const faults = mapping({
  'signalling delay': milliseconds.optional().describe('each message is held so long before it is forwarded'),
  'rtp loss': percent.optional().describe('share of relayed RTP packets that are dropped'),
  'rtp loss from': choice(['both', 'caller', 'callee'])
    .optional()
    .describe('whose packets those are, both when left out'),
  'reported loss': percent
    .optional()
    .describe('share that all RTCP passing through says was lost, whatever was; the truth when left out'),
  'rtp jitter': milliseconds.optional().describe('relayed RTP is delayed by a random time up to this'),
  'rtp delay': milliseconds.optional().describe('relayed RTP is delayed by this'),
  'mute caller': percent.optional().describe('share of calls whose caller is not heard'),
  'mute callee': percent.optional().describe('share of calls whose callee is not heard'),
  swap: percent.optional().describe('share of calls whose audio is swapped with the next call'),
  'keep max-forwards': flag
    .optional()
    .describe('requests are passed on with the Max-Forwards that they came with, against RFC 3261 16.6'),
  busy: percent.optional().describe('share of calls that the gateway answers 486'),
  'no answer': percent.optional().describe('share of calls that the gateway never answers'),
  'restart after': positiveMilliseconds.optional().describe('registrations and calls are lost so long after the start'),
})

const embedded = mapping({
  instances: count(16).optional().describe('how many gateways, 1 when left out'),
  auth: oneOrMany(choice(['none', ...algorithms]), `expected none or one of ${algorithms.join(', ')}`)
    .refine((names) => names.length === 1 || !names.includes('none'), { error: 'none stands alone' })
    .optional()
    .describe('digest algorithms that it asks for, in order, or none; MD5 when left out'),
  qop: oneOrMany(choice(['auth', 'auth-int']), 'expected auth or auth-int')
    .optional()
    .describe('auth when left out'),
  realm: text.optional().describe('siploadgen when left out'),
  domain: text
    .refine((name) => /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(name), { error: 'expected a domain such as gw.test' })
    .optional()
    .describe("agents on udp, tcp and tls find the instances by NAPTR and SRV records of siploadgen's own name server"),
  faults: faults.optional().describe('faults by known amounts'),
})

const target = z.union(
  [
    z.string(),
    mapping({
      target: text.describe('transport://host[:port][/path]'),
      name: text.optional().describe('what results call it'),
      priority: integer(0, 65535).optional().describe('lower is tried first (RFC 2782)'),
      weight: integer(0, 65535).optional().describe('share among targets of one priority (RFC 2782)'),
    }),
  ],
  { error: 'expected a target such as udp://10.0.0.1:5060' },
)

const expectedGateway = 'expected embedded, none, a host, or a list of targets such as udp://10.0.0.1:5060'

export const gatewaySchema = z.union(
  [
    z.string(),
    mapping({ embedded: embedded.describe('the gateway that comes with siploadgen') }),
    z.array(target, { error: expectedGateway }).min(1, { error: expectedGateway }),
  ],
  { error: expectedGateway },
)

type EmbeddedSection = z.output<typeof embedded>

const percentOf = (value: number | undefined): number => value ?? 0

/** The embedded gateway's options with everything that was left out. */
function embeddedOptions(section: EmbeddedSection): EmbeddedGatewayOptions {
  const fault = section.faults ?? {}
  const auth = section.auth ?? ['MD5' as const]
  return {
    instances: section.instances ?? 1,
    algorithms: auth.filter((name) => name !== 'none'),
    qop: section.qop ?? ['auth'],
    realm: section.realm ?? 'siploadgen',
    domain: section.domain?.toLowerCase(),
    faults: {
      signallingDelayMs: fault['signalling delay'] ?? 0,
      rtpLoss: percentOf(fault['rtp loss']) / 100,
      rtpLossFrom: fault['rtp loss from'] ?? 'both',
      reportedLoss: fault['reported loss'] === undefined ? undefined : fault['reported loss'] / 100,
      rtpJitterMs: fault['rtp jitter'] ?? 0,
      rtpDelayMs: fault['rtp delay'] ?? 0,
      muteCallerPercent: percentOf(fault['mute caller']),
      muteCalleePercent: percentOf(fault['mute callee']),
      swapPercent: percentOf(fault.swap),
      keepsMaxForwards: fault['keep max-forwards'] ?? false,
      busyPercent: percentOf(fault.busy),
      noAnswerPercent: percentOf(fault['no answer']),
      restartAfterMs: fault['restart after'],
    },
  }
}

/** RFC 3261 19.1.2 and RFC 7118 5: where a transport is listened for when nothing else is said. */
export const defaultPorts = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const satisfies Record<
  TransportName,
  number
>

/** A host name without a port is left to RFC 3263; WebSockets resolve as URIs do (RFC 7118 5). */
const portOf = (transport: TransportName, host: string, port: number | undefined): number | undefined =>
  port ?? (ipVersion(host) !== 0 || transport === 'ws' || transport === 'wss' ? defaultPorts[transport] : undefined)

const targetPattern = /^(?:([A-Za-z]+):\/\/)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(\/\S*)?$/

interface TargetPlace {
  readonly reading: Reading
  readonly path: Path
  readonly offset: number
  /** Transports that agents speak: a target that names none is meant for all of these. */
  readonly spoken: readonly TransportName[]
}

/** One `transport://host[:port][/path]`, or `host[:port]` for every transport that is spoken. */
function readTarget(source: string, settings: Omit<Target, 'transport' | 'host' | 'port' | 'path'>, at: TargetPlace) {
  const wrong = (what: string): Target[] => {
    at.reading.problem(at.path, what, { offset: at.offset, hint: 'a target is written transport://host:port' })
    return []
  }
  const match = targetPattern.exec(source)
  if (match === null) return wrong(`"${source}" is not a target`)
  const [, scheme, bracketed = '', portText, path = ''] = match
  const host = bracketed.replace(/^\[|\]$/g, '')
  if (bracketed.startsWith('[') && ipVersion(host) !== 6) return wrong(`"${host}" is not an IPv6 address`)
  const port = portText === undefined ? undefined : Number(portText)
  if (port !== undefined && (port < 1 || port > 65535)) return wrong(`${port} is not a port`)
  const transport = transportNames.find((name) => name === scheme?.toLowerCase())
  if (scheme !== undefined && transport === undefined) {
    return wrong(`unknown transport "${scheme}"${didYouMean(scheme, transportNames)}`)
  }
  if (path !== '' && transport !== 'ws' && transport !== 'wss') return wrong(`only ws:// and wss:// take a path`)
  return (transport === undefined ? at.spoken : [transport]).map((name) => ({
    ...settings,
    transport: name,
    host,
    port: portOf(name, host, port),
    path: path || '/',
    ...(transport === undefined && portOf(name, host, port) === undefined ? { anyTransport: true as const } : {}),
  }))
}

/** The commas of a list in one text, each part with its offset. */
function commaParts(source: string): { part: string; offset: number }[] {
  let at = 0
  return source.split(',').map((raw) => {
    const offset = at + raw.length - raw.trimStart().length
    at += raw.length + 1
    return { part: raw.trim(), offset }
  })
}

function textGateway(source: string, path: Path, reading: Reading, spoken: readonly TransportName[]): GatewayTarget {
  const word = source.trim()
  if (word === 'none') return { kind: 'none' }
  if (word === 'embedded') return { kind: 'embedded', options: embeddedOptions({}) }
  const targets = commaParts(source).flatMap(({ part, offset }, i) =>
    readTarget(part, { name: part, priority: i, weight: 1 }, { reading, path, offset, spoken }),
  )
  return { kind: 'external', targets }
}

/** A `gateway:` value as a target; a list in one text is tried in its order. */
export function buildGateway(
  section: z.output<typeof gatewaySchema>,
  path: Path,
  reading: Reading,
  spoken: readonly TransportName[],
): GatewayTarget {
  if (typeof section === 'string') return textGateway(section, path, reading, spoken)
  if (!Array.isArray(section)) return { kind: 'embedded', options: embeddedOptions(section.embedded) }
  const targets = section.flatMap((item, i) => {
    const at = { reading, offset: 0, spoken }
    if (typeof item === 'string') {
      return readTarget(item.trim(), { name: item.trim(), priority: 0, weight: 1 }, { ...at, path: [...path, i] })
    }
    const settings = { name: item.name ?? item.target, priority: item.priority ?? 0, weight: item.weight ?? 1 }
    return readTarget(item.target.trim(), settings, { ...at, path: [...path, i, 'target'] })
  })
  return { kind: 'external', targets }
}
