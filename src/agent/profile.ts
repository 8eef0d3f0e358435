import type { Address, TransportName } from '../model/address.js'
import type { CodecName } from '../model/codec.js'
import type { ExtendedReports } from '../model/extended-reports.js'
import type { AgentGroup, AudioSource, MediaKind, Variables, WebRtcSettings } from '../model/scenario.js'
import type { SrtpSuiteName } from '../model/srtp.js'
import type { Terminal } from '../model/terminal.js'
import type { TlsClientOptions, WsClientOptions } from '../transport/transport.js'

/** Where the phones of a group send what has no route of its own. */
export interface PhoneTarget {
  readonly name: string
  readonly address: Address
  /** Host as it was given: server name for TLS and Host for WebSocket. */
  readonly host: string
  readonly path: string
}

/** Where a group's targets come from, asked again when one fails. */
export interface TargetSource {
  /** All places in the order in which one phone, or one call of a trunk, tries them. */
  draw(): readonly PhoneTarget[]
  /** Looks names up again. What is found in vain changes nothing. */
  renew(): Promise<void>
}

/** What the phones of a group have in common, prepared once. */
export interface PhoneProfile {
  readonly group: string
  readonly transport: TransportName
  readonly expiresSeconds: number | undefined
  readonly outboundFlows: number
  readonly media: MediaKind
  readonly srtpSuites: readonly SrtpSuiteName[]
  readonly webrtc: WebRtcSettings | undefined
  /** Media of all calls leaves from few local ports. */
  readonly sharesPorts?: boolean | undefined
  readonly codecs: readonly CodecName[]
  readonly answerOrder: 'offer' | 'own'
  readonly comfortNoise: boolean
  readonly ptimeMs: number
  readonly audio: AudioSource
  readonly terminal: Terminal
  /** RTCP extended reports that are offered; undefined: none. */
  readonly extendedReports?: ExtendedReports | undefined
  /** Whether their audio carries marks. */
  readonly marks: boolean
  /** Part of what they receive that is searched for marks, 0 to 1. */
  readonly listening: number
  readonly socket: 'group' | 'phone' | 'call'
  /** The one socket of the group sends in batches. */
  readonly batches?: boolean | undefined
  readonly sourceAddresses: readonly string[]
  readonly reliableProvisionals: 'no' | 'supported' | 'required'
  readonly sessionTimer: AgentGroup['sessionTimer']
  readonly tls: TlsClientOptions | undefined
  readonly ws: WsClientOptions | undefined
  /** Every place; a phone may try them in an order of its own. Empty without a gateway. */
  readonly targets: readonly PhoneTarget[]
  readonly places?: TargetSource | undefined
  readonly connectTimeoutMs: number
}

export interface Identity {
  /** `sip:1001@lab.test` */
  readonly aor: string
  readonly user: string
  readonly domain: string
  readonly displayName: string
  readonly authUser: string
  readonly password: string
  /** Extra header lines of every initial request, each with CRLF. */
  readonly headerLines: string
  /** What scenario texts may refer to: `n`, CSV columns. */
  readonly variables: Variables
}

/** Methods that a phone understands (RFC 3261 20.5). */
export const allowedMethods = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, PRACK, REFER, NOTIFY'

/** RFC 5626 4.2.1: flows of one phone lead to different proxies where there are several. */
export function rotated<T>(targets: readonly T[], by: number): readonly T[] {
  const first = by % Math.max(1, targets.length)
  return first === 0 ? targets : [...targets.slice(first), ...targets.slice(0, first)]
}

/** Extensions that an INVITE may require of us. */
export const supportedTags: ReadonlySet<string> = new Set(['100rel', 'timer', 'outbound', 'path', 'norefersub'])

/** What a phone says that it can do. */
export interface Capabilities {
  /** Option tags for Supported. */
  readonly supported: string
  /** Allow, Accept and Supported lines. */
  readonly lines: string
}

const capabilities = new WeakMap<PhoneProfile, Capabilities>()

/** Those of the phones of a group: written once for all of them. */
export function capabilitiesOf(profile: PhoneProfile): Capabilities {
  let known = capabilities.get(profile)
  if (!known) {
    const supported = supportedOptions(profile)
    const lines = `Allow: ${allowedMethods}\r\nAccept: application/sdp\r\nSupported: ${supported}\r\n`
    known = { supported, lines }
    capabilities.set(profile, known)
  }
  return known
}

function supportedOptions(profile: PhoneProfile): string {
  const options = ['timer', 'norefersub']
  if (profile.reliableProvisionals !== 'no') options.unshift('100rel')
  if (profile.outboundFlows > 0) options.push('outbound', 'path')
  return options.join(', ')
}
