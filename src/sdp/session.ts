import { isIP } from 'node:net'
import { parse, type SessionDescription } from 'sdp-transform'
import type { ExtendedReports } from '../model/extended-reports.js'
import type { Direction } from '../model/instruction.js'
import { type CryptoWords, cryptoWords } from './crypto.js'
import { directionOf, receives, sends } from './direction.js'
import { type Refusal, refuse } from './negotiated.js'
import { readRtcpXr } from './rtcp-xr.js'
import { sourcesIn } from './sources.js'
import { bundledMids, readWebRtcAttributes, type WebRtcAttributes } from './webrtc.js'

/** Larger descriptions are refused unread: parsing time grows with the number of lines. */
const largestText = 64 * 1024
const mostLines = 1000
const audioLineStart = '\nm=audio '
/** Keys and credentials, which nothing should hold longer than the call, and sources: they are never the same twice. */
const singularLines = /^a=(?:crypto|ice-pwd|ssrc):/m
/** The attributes that are taken from the parser. It tries a grammar of fifty on every line: the others are spared it. */
const parsedAttribute = /^a=(?:rtpmap:|rtcp:|rtcp-xr|ptime|maxptime|sendrecv|sendonly|recvonly|inactive)/
const isParsed = (line: string): boolean => !line.startsWith('a=') || parsedAttribute.test(line)
const mediaLine = /^m=(\S+) +(\d{1,10})(?:\/\d+)? +(\S+) +(\S.*?) *$/

export interface Format {
  readonly payloadType: number
  /** Encoding name in upper case: of a=rtpmap, or of RFC 3551 for a static payload type without one. */
  readonly codec: string
  readonly clockRate: number
  /** 1 when a=rtpmap says nothing (RFC 4566 6). */
  readonly channels: number
}

/** One m= section as far as offer and answer need it. */
export interface MediaSection {
  readonly type: string
  readonly port: number
  readonly profile: string
  /** The format list as written. */
  readonly formatText: string
  readonly formats: readonly Format[]
  /** c= of the section or else of the session; undefined when both are missing. */
  readonly host: string | undefined
  /** As written; a connection address of 0.0.0.0 is not folded in. */
  readonly direction: Direction
  /** RFC 2543 B.5: address 0.0.0.0 means that nothing is to be sent to this side. */
  readonly held: boolean
  readonly rtcp: { readonly port: number; readonly host: string | undefined } | undefined
  readonly ptimeMs: number | undefined
  readonly maxptimeMs: number | undefined
  /** What a=rtcp-xr asks for; undefined without it. */
  readonly extendedReports: ExtendedReports | undefined
  /** a=crypto as written (RFC 4568). */
  readonly crypto: readonly CryptoWords[]
  /** a=ssrc: the sources that the section's sender will use; empty when it does not say. */
  readonly ssrcs: readonly number[]
  /** Of every section over DTLS: ICE, fingerprints and what goes with them. */
  readonly webrtc: WebRtcAttributes | undefined
}

export interface Session {
  readonly kind: 'session'
  readonly media: readonly MediaSection[]
  /** Value of t=: an answer repeats it (RFC 3264 6). */
  readonly time: string
  /** Sections that share the transport of the first of them (RFC 9143). */
  readonly bundled: readonly string[]
}

const staticFormats: Readonly<Record<string, readonly [codec: string, rate: number]>> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  13: ['CN', 8000],
  18: ['G729', 8000],
}

const cache = new Map<string, Session | Refusal>()
const cacheSize = 256
const longestCached = 4096

/**
 * Reads a session description; never throws. Texts that differ in nothing but o= and the port of their one audio
 * stream, as those of one far side do from call to call, are parsed once.
 */
export function parseSession(text: string): Session | Refusal {
  if (text.length > longestCached || singularLines.test(text)) return readSession(text)
  const shape = shapeOf(text)
  const key = shape?.key ?? text
  let session = cache.get(key)
  if (!session) {
    session = readSession(text)
    if (cache.size >= cacheSize) cache.clear()
    cache.set(key, session)
  }
  const section = session.kind === 'session' ? session.media[0] : undefined
  if (!shape || session.kind === 'refusal' || !section || section.port === shape.port) return session
  return { kind: 'session', media: [{ ...section, port: shape.port }], time: session.time, bundled: [] }
}

/** The text without o= line and port, when it has one m= line and that is audio with a usable port. */
function shapeOf(text: string): { readonly key: string; readonly port: number } | undefined {
  const origin = text.indexOf('\no=')
  const originEnd = text.indexOf('\n', origin + 1)
  const audio = text.indexOf(audioLineStart, originEnd)
  if (origin < 0 || originEnd < 0 || audio < 0 || text.indexOf('\nm=') !== audio) return undefined
  const portStart = audio + audioLineStart.length
  const portEnd = text.indexOf(' ', portStart)
  const portText = text.slice(portStart, portEnd)
  // CR alone ends a line too: such texts are read as they are.
  if (!/^[1-9]\d{0,4}$/.test(portText) || text.indexOf('\nm=', portEnd) >= 0 || /\r(?!\n)/.test(text)) return undefined
  const port = Number(portText)
  if (port > 65_535) return undefined
  return { key: `${text.slice(0, origin)}${text.slice(originEnd, portStart)}${text.slice(portEnd)}`, port }
}

function readSession(text: string): Session | Refusal {
  if (text.length > largestText) return refuse('too-large', `${text.length} characters of SDP`)
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.length > mostLines) return refuse('too-large', `${lines.length} lines of SDP`)
  if (!/^v=0\s*$/.test(lines[0] ?? '')) return refuse('garbled', 'the description does not start with v=0')
  const common = lines.slice(
    0,
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith('m=')),
    ),
  )
  const sections = sectionLines(lines)
  if (sections.length === 0) return refuse('no-media', 'the description has no m= line')
  let parsed: SessionDescription
  try {
    parsed = parse(lines.filter(isParsed).join('\r\n'))
  } catch (error) {
    return refuse('garbled', `the description cannot be parsed: ${String(error)}`)
  }
  const media: MediaSection[] = []
  for (const [index, own] of sections.entries()) {
    const section = readSection(own, common, parsed, index)
    if ('kind' in section) return section
    media.push(section)
  }
  const time = common.find((line) => line.startsWith('t='))?.slice(2) ?? '0 0'
  const bundled = bundledMids(common)
  return { kind: 'session', media: withSharedTransport(media, bundled), time, bundled }
}

/** The lines of each m= section, its m= line first. */
function sectionLines(lines: readonly string[]): (readonly string[])[] {
  const starts = lines.flatMap((line, i) => (line.startsWith('m=') ? [i] : []))
  return starts.map((start, i) => lines.slice(start, starts[i + 1]))
}

/** RFC 9143 7.1.3: what a bundled section leaves out of its transport is what the first of its group says. */
function withSharedTransport(media: readonly MediaSection[], bundled: readonly string[]): readonly MediaSection[] {
  const tagged = media.find(({ webrtc }) => webrtc?.mid !== undefined && webrtc.mid === bundled[0])?.webrtc
  if (!tagged) return media
  return media.map((section) => {
    const { webrtc } = section
    if (!webrtc || webrtc.ice || !bundled.includes(webrtc.mid ?? '')) return section
    const { ice, fingerprints, setup, rtcpMux } = tagged
    return { ...section, webrtc: { ...webrtc, ice, fingerprints, setup, rtcpMux } }
  })
}

function readSection(
  lines: readonly string[],
  common: readonly string[],
  parsed: SessionDescription,
  index: number,
): MediaSection | Refusal {
  const line = lines[0] ?? ''
  const words = mediaLine.exec(line)
  const attributes = parsed.media[index]
  if (!words || !attributes) return refuse('garbled', `m= line ${index + 1} is malformed: ${line.slice(0, 80)}`)
  const [, type = '', portText = '', profile = '', formatText = ''] = words
  const port = Number(portText)
  if (port > 65535) return refuse('bad-port', `port ${portText} in m= line ${index + 1}`)
  const host = attributes.connection?.ip ?? parsed.connection?.ip
  const hostText = host === undefined ? undefined : String(host).split('/')[0]
  return {
    type,
    port,
    profile,
    formatText,
    formats: readFormats(formatText, attributes.rtp),
    host: hostText,
    direction: asDirection(attributes.direction) ?? asDirection(parsed.direction) ?? 'sendrecv',
    held: hostText === '0.0.0.0' || hostText === '::',
    rtcp: attributes.rtcp
      ? { port: Number(attributes.rtcp.port), host: attributes.rtcp.address?.toString() }
      : undefined,
    ptimeMs: asMilliseconds(attributes.ptime ?? (parsed as { ptime?: unknown }).ptime),
    maxptimeMs: asMilliseconds(attributes.maxptime ?? (parsed as { maxptime?: unknown }).maxptime),
    extendedReports: readRtcpXr(otherAttributes(attributes), otherAttributes(parsed)),
    crypto: cryptoWords(lines),
    ssrcs: sourcesIn(lines),
    webrtc: /^UDP\/D?TLS\//.test(profile) ? readWebRtcAttributes(lines, common) : undefined,
  }
}

function readFormats(formatText: string, maps: SessionDescription['media'][number]['rtp']): Format[] {
  const formats: Format[] = []
  for (const word of formatText.split(/ +/)) {
    if (!/^\d{1,3}$/.test(word) || Number(word) > 127) continue
    const payloadType = Number(word)
    const map = maps.find((candidate) => Number(candidate.payload) === payloadType)
    const fixed = staticFormats[payloadType]
    if (map) {
      const channels = map.encoding === undefined ? 1 : Number(map.encoding)
      formats.push({
        payloadType,
        codec: String(map.codec).toUpperCase(),
        clockRate: Number(map.rate ?? 0),
        channels,
      })
    } else if (fixed) formats.push({ payloadType, codec: fixed[0], clockRate: fixed[1], channels: 1 })
  }
  return formats
}

/** Attributes that the parser has no grammar of, as written; it makes a number of what looks like one. */
const otherAttributes = ({ invalid }: { invalid?: { value: unknown }[] | undefined }): string[] =>
  (invalid ?? []).map(({ value }) => String(value))

function asDirection(value: string | undefined): Direction | undefined {
  return value === 'sendrecv' || value === 'sendonly' || value === 'recvonly' || value === 'inactive'
    ? value
    : undefined
}

function asMilliseconds(value: unknown): number | undefined {
  const ms = Number(value)
  return value !== undefined && Number.isFinite(ms) && ms > 0 ? ms : undefined
}

/**
 * The direction that a section really means: 0.0.0.0 takes away its receiving half, but under ICE it is only the
 * address of a side that named none (RFC 8840 4.1.1).
 */
export const effectiveDirection = (section: MediaSection): Direction =>
  directionOf(sends(section.direction), receives(section.direction) && (!section.held || section.webrtc !== undefined))

/** Where a section wants its RTP and RTCP, or why that cannot be used. */
export function addressesOf(section: MediaSection) {
  const { host, port } = section
  if (host === undefined) return refuse('no-address', 'no c= line at session or media level')
  if (isIP(host) === 0) return refuse('bad-address', `connection address ${host.slice(0, 80)} is not an IP address`)
  const rtcpPort = section.rtcp?.port ?? port + 1
  const rtcpHost = section.rtcp?.host ?? host
  const usable = Number.isInteger(rtcpPort) && rtcpPort > 0 && rtcpPort <= 65535 && isIP(rtcpHost) !== 0
  return {
    remote: { host, port },
    // An unusable a=rtcp costs reports, never the call: RFC 3605 2.1 leaves the default of port + 1.
    rtcp: usable ? { host: rtcpHost, port: rtcpPort } : { host, port: Math.min(port + 1, 65535) },
  }
}
