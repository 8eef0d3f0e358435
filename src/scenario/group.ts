import type { Address, TransportName } from '../model/address.js'
import { codecWords } from '../model/codec.js'
import { allExtendedReports } from '../model/extended-reports.js'
import type { AgentGroup, AudioSource, GatewayTarget, MediaKind, Text, TlsSettings } from '../model/scenario.js'
import { type GroupSection, groupSchema, suiteNames } from './agents-schema.js'
import { type Row, readCsv } from './csv.js'
import { buildGateway } from './gateway-section.js'
import { serverPolicy } from './ice-servers.js'
import { ipVersion } from './ip-address.js'
import { answersCall, compileProgram, definedNames } from './program.js'
import { isMapping, type Reading } from './reading.js'
import { secretText } from './secret.js'
import { terminalOf } from './terminal.js'
import { constantText, namesOf, splitText } from './text.js'
import { defaultCodecs, webRtcSettings } from './webrtc-settings.js'
import type { Path } from './yaml-document.js'

/** What a call has besides inputs, wherever it is rendered: the interpreter sets these. */
export const calledVariables = ['n', 'caller', 'callee'] as const

const defaultExpiresSeconds = 3600

interface GroupPlace {
  readonly name: string
  readonly path: Path
  readonly reading: Reading
  readonly groups: readonly string[]
  readonly gateway: GatewayTarget
  /** The group as it is written. */
  readonly written: unknown
}

const audioFiles = [
  { kind: 'wav', ending: /\.wav$/i },
  { kind: 'frames', ending: /\.g729$/i },
  { kind: 'capture', ending: /\.pcap(ng)?$/i },
] as const

function audioSource(section: GroupSection, { reading, path }: GroupPlace): AudioSource {
  const written = section.audio ?? ['speech']
  const sources = written.map((audio, index): AudioSource => {
    const own = written.length > 1 ? [...path, 'audio', index] : [...path, 'audio']
    if (audio === 'speech' || audio === 'silence') return { kind: audio }
    const file = audioFiles.find(({ ending }) => ending.test(audio))
    if (file) return { kind: file.kind, file: reading.file(audio, own) }
    reading.problem(own, `"${audio}" is neither speech, silence nor a .wav, .g729, .pcap or .pcapng file`)
    return { kind: 'speech' }
  })
  const [first = { kind: 'speech' as const }, ...others] = sources
  checkFrames(section, sources, { reading, path })
  return others.length === 0 ? first : { kind: 'choice', of: sources }
}

/** What is not encoded here must come prepared. */
function checkFrames(
  section: GroupSection,
  sources: readonly AudioSource[],
  { reading, path }: Pick<GroupPlace, 'reading' | 'path'>,
): void {
  if (section.codecs?.includes('g729') !== true || section.media === 'none') return
  if (sources.some(({ kind }) => kind === 'frames' || kind === 'capture')) return
  reading.problem([...path, 'codecs'], 'g729 is sent from prepared frames, and "audio" names none', {
    hint: 'name a file of them, such as audio: [speech, prompt.g729], or a capture',
  })
}

function tlsSettings(section: GroupSection, { reading, path }: GroupPlace): TlsSettings {
  const tls = section.tls ?? {}
  const own = [...path, 'tls']
  const file = (key: 'ca' | 'cert' | 'key') => {
    const name = tls[key]
    return name === undefined ? undefined : reading.file(name, [...own, key])
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const present = tls.cert === undefined ? 'key' : 'cert'
    reading.problem([...own, present], `"${present}" needs "${present === 'key' ? 'cert' : 'key'}" beside it`, {
      key: true,
    })
  }
  const log = tls['key log']
  return {
    caFile: file('ca'),
    certFile: file('cert'),
    keyFile: file('key'),
    serverName: tls['server name'],
    verify: tls.verify ?? 'full',
    keyLogFile: log === undefined ? undefined : reading.fullName(log),
  }
}

/** `127.0.0.1:5060`, `[::1]:5060`, or an address alone for any port. */
function listenAddress(section: GroupSection, { reading, path }: GroupPlace): Address | undefined {
  const { listen } = section
  if (listen === undefined) return undefined
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(listen.trim())
  const host = match?.[1] ?? match?.[2] ?? ''
  const port = Number(match?.[3] ?? 0)
  if (ipVersion(host) === 0 || port > 65535) {
    reading.problem([...path, 'listen'], `"${listen}" is not an IP address with a port`, {
      hint: 'write 127.0.0.1:5060 or [::1]:5060',
    })
  }
  return { host, port }
}

function registration(section: GroupSection, gateway: GatewayTarget, { reading, path }: GroupPlace) {
  const { register } = section
  if (register === false) return undefined
  if (gateway.kind === 'none') {
    if (register !== undefined) {
      reading.problem([...path, 'register'], 'with gateway: none there is nothing to register with', { key: true })
    }
    return undefined
  }
  const expiresMs = typeof register === 'object' ? register.expires : undefined
  return { expiresSeconds: expiresMs === undefined ? defaultExpiresSeconds : Math.ceil(expiresMs / 1000) }
}

function sessionTimer(section: GroupSection): AgentGroup['sessionTimer'] {
  const timer = section['session timer']
  if (timer === undefined) return undefined
  if (typeof timer === 'number') return { expiresSeconds: Math.ceil(timer / 1000), refresher: 'uac' }
  return { expiresSeconds: Math.ceil(timer.expires / 1000), refresher: timer.refresher ?? 'uac' }
}

const reliability = { plain: 'no', reliable: 'supported', required: 'required' } as const

/** Keys that mean nothing without the transport they are for. */
function checkTransport(section: GroupSection, transport: TransportName, gateway: GatewayTarget, at: GroupPlace): void {
  const { reading, path } = at
  const misplaced = (key: keyof GroupSection, fit: readonly TransportName[]) => {
    if (section[key] === undefined || fit.includes(transport)) return
    reading.problem([...path, key], `"${key}" is for ${fit.join(' and ')}, and this group speaks ${transport}`, {
      key: true,
    })
  }
  misplaced('tls', ['tls', 'wss'])
  misplaced('ws', ['ws', 'wss'])
  misplaced('socket', ['udp'])
  misplaced('datagrams', ['udp'])
  if (section.datagrams === 'in batches' && (section.socket ?? 'group') !== 'group') {
    const hint = 'a batch leaves from one socket: leave "socket" out, or this'
    reading.problem([...path, 'datagrams'], `batches are for socket: group, and each ${section.socket} has its own`, {
      hint,
    })
  }
  const needsMedia = (key: 'srtp suites' | 'ice' | 'dtls', media: MediaKind): void => {
    if (section[key] === undefined || section.media === media) return
    reading.problem([...path, key], `"${key}" is for media: ${media}`, { key: true })
  }
  needsMedia('srtp suites', 'sdes')
  needsMedia('ice', 'webrtc')
  needsMedia('dtls', 'webrtc')
  if (section['media ports'] === 'shared' && (section.media === 'webrtc' || section.media === 'none')) {
    const hint = 'calls over ICE and DTLS keep a port each'
    reading.problem([...path, 'media ports'], `ports are shared by media: rtp and sdes, and this is ${section.media}`, {
      hint,
    })
  }
  if (gateway.kind === 'external' && !gateway.targets.some((target) => target.transport === transport)) {
    const where = section.transport === undefined ? path : [...path, 'transport']
    const offered = [...new Set(gateway.targets.map((target) => target.transport))].join(', ')
    if (offered !== '') reading.problem(where, `the gateway has no ${transport} target; it has ${offered}`)
  }
}

function checkIdentity(identity: Text, row: Row | undefined, { reading, path }: GroupPlace, clean: boolean): void {
  if (!clean) return
  const sample = identity.render({ ...row, n: 0 })
  if (!/^sips?:[^@\s<>]+@[^@\s<>]+$/i.test(sample)) {
    reading.problem([...path, 'identity'], `"${sample}" is not an address of record`, {
      hint: 'write it such as sip:1000@lab.test',
    })
  }
}

/** Builds a group of agents from what is written; keys that are wrong count as left out. */
export function buildGroup(at: GroupPlace): AgentGroup {
  const { reading, path, name, written } = at
  const before = reading.problems.length
  const section = reading.fields(groupSchema, written, path)
  const has = (key: string) => isMapping(written) && Object.hasOwn(written, key)
  const transport = section.transport ?? 'udp'
  const gateway =
    section.gateway === undefined
      ? undefined
      : buildGateway(section.gateway, [...path, 'gateway'], reading, [transport])
  const rows = csvRows(section, at)
  if (isMapping(written) && !has('count') && !has('from csv')) reading.problem([...path, 'count'], '"count" is missing')
  const names = ['n', ...Object.keys(rows[0] ?? {})]
  const text = (key: 'identity' | 'display name' | 'auth user') => {
    const source = section[key]
    return source === undefined ? undefined : reading.text(source, [...path, key], names)
  }
  const identity = text('identity') ?? constantText('')
  checkIdentity(identity, rows[0], at, reading.problems.length === before)
  if (!has('transport') || section.transport !== undefined)
    checkTransport(section, transport, gateway ?? at.gateway, at)
  return {
    name,
    source: reading.document.keyPlace(path),
    count: section.count ?? rows.length,
    identity,
    displayName: text('display name'),
    authUser: text('auth user'),
    password: secretText(section.password, [...path, 'password'], names, reading),
    rows,
    transport,
    listen: listenAddress(section, at),
    register: registration(section, gateway ?? at.gateway, at),
    whenCalled: whenCalled(section, names, at),
    headers: Object.entries(section.headers ?? {}).flatMap(([header, values]) =>
      values.map((value, i) => ({ name: header, value: reading.text(value, [...path, 'headers', header, i], names) })),
    ),
    tls: tlsSettings(section, at),
    audio: audioSource(section, at),
    terminal: terminalOf(section, path, reading),
    ...plainSettings(section),
    webrtc: webRtcSettings(section, serverPolicy(section.ice, [...path, 'ice'], reading)),
    gateway,
  }
}

/** Settings that are what they say. */
const plainSettings = (section: GroupSection) => ({
  outboundFlows: section['outbound flows'] ?? 0,
  media: section.media ?? ('rtp' as const),
  srtpSuites: section['srtp suites'] ?? suiteNames,
  codecs: (section.codecs ?? defaultCodecs(section)).map((word) => codecWords[word]),
  answerOrder: section['answer order'] ?? ('offer' as const),
  comfortNoise: section['comfort noise'] ?? false,
  ptimeMs: section.ptime ?? 20,
  extendedReports: section['rtcp xr'] === true ? allExtendedReports : undefined,
  marks: section.mark !== 'off',
  listening: section.listening ?? 1,
  socket: section.socket ?? ('group' as const),
  batches: section.datagrams === 'in batches',
  mediaPorts: section['media ports'] ?? ('own' as const),
  sourceAddresses: section['source addresses'] ?? [],
  callsAtOnce: section['calls at once'] ?? 1,
  reliableProvisionals: reliability[section.provisional ?? 'plain'],
  sessionTimer: sessionTimer(section),
  ws: { path: section.ws?.path, origin: section.ws?.origin, headers: section.ws?.headers ?? {} },
})

function csvRows(section: GroupSection, { reading, path }: GroupPlace): Row[] {
  const name = section['from csv']
  if (name === undefined) return []
  const own = [...path, 'from csv']
  const before = reading.problems.length
  const file = reading.file(name, own)
  return reading.problems.length > before ? [] : readCsv(file, name, own, reading)
}

function whenCalled(section: GroupSection, names: readonly string[], { reading, path, groups }: GroupPlace) {
  const steps = section['when called'] ?? ['answer']
  const known = [...new Set([...names, ...calledVariables, ...definedNames(steps)])]
  const before = reading.problems.length
  const own = [...path, 'when called']
  const program = compileProgram(steps, own, reading, {
    context: 'when called',
    groups,
    names: known,
    agentNames: [],
    callNames: [],
  })
  if (!answersCall(program) && reading.problems.length === before) {
    reading.problem(own, 'a call is neither answered nor rejected', {
      key: true,
      hint: 'end with answer, reject 486 or never answer',
    })
  }
  return program
}

/** Inputs that a password uses: their values stay out of results. */
export function secretInputs(password: unknown): string[] {
  if (typeof password !== 'string') return []
  const parts = splitText(password)
  return 'fault' in parts ? [] : namesOf(parts).map(({ name }) => name)
}
