import type { DtlsRole, Fingerprint, IceCandidate, IceDescription } from '../model/webrtc.js'
import { candidateTypes } from '../model/webrtc.js'
import { readSources } from './sources.js'

/** RFC 4145 4: who opens the connection, here the DTLS association (RFC 5763 5). */
export const setups = ['active', 'passive', 'actpass', 'holdconn'] as const
export type Setup = (typeof setups)[number]

/** What the attributes of a section say of ICE, DTLS and BUNDLE. */
export interface WebRtcAttributes {
  /** Without ufrag or password there is no ICE. */
  readonly ice: IceDescription | undefined
  readonly fingerprints: readonly Fingerprint[]
  readonly setup: Setup | undefined
  readonly mid: string | undefined
  readonly rtcpMux: boolean
  /** a=ssrc: the sources that the section's sender will use; empty when it does not say. */
  readonly ssrcs: readonly number[]
  /** RFC 9143 6: port 0 only says that the section shares the address of another. */
  readonly bundleOnly: boolean
}

/** More candidates than anybody has; further ones are passed over. */
const mostCandidates = 200
const candidatePattern =
  /^(\S{1,32}) (\d{1,5}) (\S+) (\d{1,10}) (\S+) (\d{1,5}) typ (\S+)(?: raddr (\S+) rport (\d{1,5}))?/
const fingerprintPattern = /^(\S+) +([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*)\s*$/
/** RFC 8839 5.4. */
const ufragPattern = /^[A-Za-z0-9+/]{4,256}$/
const passwordPattern = /^[A-Za-z0-9+/]{22,256}$/

/**
 * Reads the attributes of a section; what it leaves out counts from the session (RFC 8839 5, RFC 8122 5, RFC 4145 4).
 *
 * @param section lines of the section from its m= line on
 * @param session lines before the first m= line
 */
export function readWebRtcAttributes(section: readonly string[], session: readonly string[]): WebRtcAttributes {
  const own = attributesOf(section)
  const common = attributesOf(session)
  const first = (name: string): string | undefined => (own.get(name) ?? common.get(name))?.[0]
  const setup = first('setup')?.toLowerCase()
  return {
    ice: readIce(first('ice-ufrag'), first('ice-pwd'), own.get('candidate') ?? [], common.has('ice-lite')),
    fingerprints: (own.get('fingerprint') ?? common.get('fingerprint') ?? []).flatMap(readFingerprint),
    setup: setups.find((known) => known === setup),
    mid: own.get('mid')?.[0],
    rtcpMux: own.has('rtcp-mux'),
    ssrcs: readSources(own.get('ssrc') ?? []),
    bundleOnly: own.has('bundle-only'),
  }
}

/** The mids of the first BUNDLE group (RFC 9143 7); the first of them carries the transport of all. */
export function bundledMids(session: readonly string[]): readonly string[] {
  const group = (attributesOf(session).get('group') ?? []).find((value) => /^BUNDLE( |$)/.test(value))
  return group === undefined ? [] : group.split(' ').slice(1)
}

/** Values of a= lines by name; the value of a flag is empty. */
function attributesOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>()
  for (const line of lines) {
    if (!line.startsWith('a=')) continue
    const colon = line.indexOf(':')
    const name = colon < 0 ? line.slice(2).trim() : line.slice(2, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).trim()
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return values
}

function readIce(
  ufrag: string | undefined,
  password: string | undefined,
  candidates: readonly string[],
  lite: boolean,
): IceDescription | undefined {
  if (!ufragPattern.test(ufrag ?? '') || !passwordPattern.test(password ?? '')) return undefined
  return {
    ufrag: ufrag ?? '',
    password: password ?? '',
    candidates: candidates.slice(0, mostCandidates).flatMap(readCandidate),
    lite,
  }
}

/** RFC 8839 5.1; candidates of unknown kinds are passed over. */
function readCandidate(value: string): IceCandidate[] {
  const words = candidatePattern.exec(value)
  if (!words) return []
  const [, foundation = '', component, transport = '', priority, address = '', port, typeText, related, relatedPort] =
    words
  const type = candidateTypes.find((known) => known === typeText)
  if (!type || Number(port) > 65_535) return []
  return [
    {
      foundation,
      component: Number(component),
      transport: transport.toLowerCase(),
      priority: Number(priority) >>> 0,
      address,
      port: Number(port),
      type,
      related: related === undefined ? undefined : { host: related, port: Number(relatedPort) },
    },
  ]
}

/** Hash names are case-insensitive (RFC 8122 5); some far sides write them and the digits in either case. */
function readFingerprint(value: string): Fingerprint[] {
  const words = fingerprintPattern.exec(value)
  return words ? [{ hash: (words[1] ?? '').toLowerCase(), value: (words[2] ?? '').toUpperCase() }] : []
}

export const writeCandidate = (candidate: IceCandidate): string => {
  const { foundation, component, transport, priority, address, port, type, related } = candidate
  const origin = related ? ` raddr ${related.host} rport ${related.port}` : ''
  return `a=candidate:${foundation} ${component} ${transport} ${priority} ${address} ${port} typ ${type}${origin}\r\n`
}

/** RFC 5763 5: who becomes the DTLS client, from the setup that this side wrote and the one that it read. */
export function dtlsRole(own: Setup, theirs: Setup | undefined): DtlsRole | undefined {
  if (own === 'active') return theirs === 'active' ? undefined : 'client'
  if (own === 'passive') return theirs === 'passive' ? undefined : 'server'
  // RFC 4145 4.1: an answer without the attribute is that of the active side.
  return theirs === 'passive' ? 'client' : 'server'
}

/** The setup that answers an offer (RFC 5763 5: active is preferred); undefined: nobody would begin. */
export function answeringSetup(offered: Setup | undefined, preferred: 'active' | 'passive'): Setup | undefined {
  if (offered === 'holdconn') return undefined
  if (offered === 'active') return 'passive'
  return offered === 'passive' ? 'active' : preferred
}
