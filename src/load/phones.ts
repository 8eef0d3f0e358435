import { readFileSync } from 'node:fs'
import { Phone } from '../agent/phone.js'
import type { PhoneObserver } from '../agent/phone-observer.js'
import type { Identity, PhoneProfile, PhoneTarget, TargetSource } from '../agent/profile.js'
import type { Stack } from '../agent/stack.js'
import { SiploadgenError } from '../base/errors.js'
import type { AgentGroup, TlsSettings, Variables, WebRtcSettings } from '../model/scenario.js'
import { parseUri } from '../sip/message/uri.js'
import { utf8ToLatin1 } from '../sip/message/wire.js'
import type { TlsClientOptions } from '../transport/transport.js'
import { ownTurns, type Shard, wholeRun } from './shard.js'

export const CONNECT_TIMEOUT_MS = 10_000

export interface GroupTargets {
  readonly targets: readonly PhoneTarget[]
  /** The order in which each phone tries them; that of `targets` when it is left out. */
  readonly places?: TargetSource
  readonly sourceAddresses: readonly string[]
  /** Those of the group with its ICE servers resolved; those of the group itself when left out. */
  readonly webrtc?: WebRtcSettings | undefined
  /** PEM of the embedded gateway's CA, trusted when the group names none. */
  readonly ca: string | undefined
  /** Appends key log lines where the group asks for them. */
  readonly keyLog: ((line: Buffer) => void) | undefined
}

const readPem = (file: string | undefined, what: string): string | undefined => {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new SiploadgenError('scenario/unreadable', `the ${what} ${file} cannot be read`, { cause: error })
  }
}

function tlsOptions(settings: TlsSettings, group: GroupTargets): TlsClientOptions {
  return {
    ca: readPem(settings.caFile, 'CA file') ?? group.ca,
    cert: readPem(settings.certFile, 'certificate'),
    key: readPem(settings.keyFile, 'key'),
    serverName: settings.serverName,
    verify: settings.verify,
    keyLog: group.keyLog,
  }
}

export function profileOf(group: AgentGroup, where: GroupTargets): PhoneProfile {
  const { transport } = group
  const secure = transport === 'tls' || transport === 'wss'
  const webSocket = transport === 'ws' || transport === 'wss'
  return {
    group: group.name,
    transport,
    expiresSeconds: group.register?.expiresSeconds,
    outboundFlows: group.outboundFlows,
    media: group.media,
    srtpSuites: group.srtpSuites,
    webrtc: where.webrtc ?? group.webrtc,
    sharesPorts: group.mediaPorts === 'shared',
    codecs: group.codecs,
    answerOrder: group.answerOrder,
    comfortNoise: group.comfortNoise,
    ptimeMs: group.ptimeMs,
    audio: group.audio,
    terminal: group.terminal,
    extendedReports: group.extendedReports,
    marks: group.marks,
    listening: group.listening,
    socket: group.socket,
    batches: group.batches,
    sourceAddresses: where.sourceAddresses,
    reliableProvisionals: group.reliableProvisionals,
    sessionTimer: group.sessionTimer,
    tls: secure ? tlsOptions(group.tls, where) : undefined,
    ws: webSocket ? { path: group.ws.path, origin: group.ws.origin, headers: group.ws.headers } : undefined,
    targets: where.targets,
    places: where.places,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  }
}

/** What scenario texts of the n-th agent of a group may refer to. */
function variablesOf(group: AgentGroup, inputs: Variables, index: number): Variables {
  const row = group.rows.length > 0 ? group.rows[index % group.rows.length] : undefined
  // Not by spread: V8 gives each object that is spread from another one and then added to a hidden class of its own.
  return Object.assign({}, inputs, row, { n: index })
}

export function identityOf(group: AgentGroup, inputs: Variables, index: number): Identity {
  const variables = variablesOf(group, inputs, index)
  const aor = utf8ToLatin1(group.identity.render(variables))
  const uri = parseUri(aor)
  if (!uri?.host || !uri.user) {
    const detail = `"${aor}" is not a SIP identity such as sip:1001@example.com`
    throw new SiploadgenError('scenario/invalid', detail, { place: group.source })
  }
  let headerLines = ''
  for (const { name, value } of group.headers) headerLines += `${name}: ${utf8ToLatin1(value.render(variables))}\r\n`
  return {
    aor,
    user: uri.user,
    domain: uri.host,
    displayName: utf8ToLatin1(group.displayName?.render(variables) ?? '').replace(/["\\]/g, '\\$&'),
    authUser: utf8ToLatin1(group.authUser?.render(variables) ?? uri.user),
    password: utf8ToLatin1(group.password?.render(variables) ?? ''),
    headerLines,
    variables,
  }
}

/** The phones of a group that a shard has, not yet connected. */
export function buildPhones(
  stack: Stack,
  group: AgentGroup,
  inputs: Variables,
  where: GroupTargets,
  observer: PhoneObserver,
  shard: Shard = wholeRun,
): Phone[] {
  const profile = profileOf(group, where)
  const own = new Set(ownTurns(shard, group))
  const phones: Phone[] = []
  for (let index = 0; index < group.count; index++) {
    // The draws of phones in other shards are made as well: each phone has the targets that its number gives it.
    const targets = where.places?.draw()
    if (!own.has(index)) continue
    phones.push(new Phone(stack, profile, identityOf(group, inputs, index), index, observer, targets))
  }
  return phones
}

/** The phones of a group as its pool hands them out: each as often as it can take a call at once. */
export function turnsOf(phones: readonly Phone[], group: AgentGroup, shard: Shard = wholeRun): Phone[] {
  const byIndex = new Map(phones.map((phone) => [phone.index, phone]))
  return ownTurns(shard, group).flatMap((index) => byIndex.get(index) ?? [])
}
