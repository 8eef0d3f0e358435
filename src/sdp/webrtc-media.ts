import type { DtlsRole, Fingerprint, IceDescription } from '../model/webrtc.js'
import { type Refusal, refuse } from './negotiated.js'
import type { MediaSection } from './session.js'
import { answeringSetup, dtlsRole, type Setup, type WebRtcAttributes, writeCandidate } from './webrtc.js'

/** RFC 5764 8 with the feedback of RFC 5124: what browsers offer. */
export const webRtcProfile = 'UDP/TLS/RTP/SAVPF'
/** RFC 8829 5.1.2: both are to be taken, and to be answered as they were offered. */
const takenProfiles = [webRtcProfile, 'UDP/TLS/RTP/SAVP']

/** What this side says of its ICE and DTLS. */
export interface OwnWebRtc {
  readonly ice: IceDescription
  readonly fingerprint: Fingerprint
  /** What it answers when it may choose (RFC 5763 5). */
  readonly setup: 'active' | 'passive'
  /** Identifies the section in offers of this side (RFC 9143 7). */
  readonly mid: string
  /** The source of what it sends (RFC 5576 4.1). */
  readonly ssrc: number
  readonly cname: string
  /** MediaStream and track (RFC 8830). */
  readonly msid: string
}

/** What both sides agreed on, as seen from this side. */
export interface NegotiatedWebRtc {
  readonly ice: IceDescription
  readonly fingerprints: readonly Fingerprint[]
  readonly dtlsRole: DtlsRole
  /** RFC 8445 6.1.1: whoever offered controls. */
  readonly controlling: boolean
  readonly ssrcs: readonly number[]
  /** Of the section. */
  readonly mid: string | undefined
}

export const isWebRtcAudio = ({ type, profile }: MediaSection): boolean =>
  type === 'audio' && takenProfiles.includes(profile)

/** Whether a section is in use: under BUNDLE port 0 may only mean that it has no address of its own (RFC 9143 6). */
export const isOpen = ({ port, webrtc }: MediaSection): boolean => port !== 0 || (webrtc?.bundleOnly ?? false)

/** What an offered or answered section allows; `own` is the setup that this side writes or has written. */
export function negotiateWebRtc(section: MediaSection, own: Setup, controlling: boolean): NegotiatedWebRtc | Refusal {
  const { ice, fingerprints, setup, rtcpMux, ssrcs, mid } = section.webrtc ?? nothing
  if (!ice) return refuse('no-ice', 'no usable a=ice-ufrag and a=ice-pwd')
  if (fingerprints.length === 0) return refuse('no-fingerprint', 'no usable a=fingerprint')
  // RFC 8829 4.1.1: browsers require it, and there is one socket.
  if (!rtcpMux) return refuse('no-rtcp-mux', 'RTCP is not multiplexed with RTP')
  const role = dtlsRole(own, setup)
  if (!role) return refuse('setup', `a=setup:${setup ?? ''} and ${own} leave nobody to begin the DTLS handshake`)
  return { ice, fingerprints, dtlsRole: role, controlling, ssrcs, mid }
}

/** The setup for our answer to an offered section, or why there is none. */
export const setupAnswering = (section: MediaSection, own: OwnWebRtc): Setup | Refusal =>
  answeringSetup(section.webrtc?.setup, own.setup) ?? refuse('setup', 'a=setup:holdconn is offered')

const nothing: WebRtcAttributes = {
  ice: undefined,
  fingerprints: [],
  setup: undefined,
  mid: undefined,
  rtcpMux: false,
  ssrcs: [],
  bundleOnly: false,
}

/** The lines of a section that ICE, DTLS and sources need; without a mid there is none to write. */
export function writeWebRtcAttributes(own: OwnWebRtc, setup: Setup, mid: string | undefined): string {
  const { ice, fingerprint, ssrc, cname, msid } = own
  return [
    ...ice.candidates.map(writeCandidate),
    'a=end-of-candidates\r\n',
    `a=ice-ufrag:${ice.ufrag}\r\na=ice-pwd:${ice.password}\r\na=ice-options:ice2\r\n`,
    `a=fingerprint:${fingerprint.hash} ${fingerprint.value}\r\na=setup:${setup}\r\n`,
    mid === undefined ? '' : `a=mid:${mid}\r\n`,
    `a=rtcp-mux\r\na=msid:${msid}\r\na=ssrc:${ssrc} cname:${cname}\r\n`,
  ].join('')
}

/** For the session part: the one section that carries media is a group of its own (RFC 9143 7). */
export const writeBundle = (mid: string | undefined): string => (mid === undefined ? '' : `a=group:BUNDLE ${mid}\r\n`)
