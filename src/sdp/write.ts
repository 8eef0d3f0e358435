import type { ExtendedReports } from '../model/extended-reports.js'
import type { Direction } from '../model/instruction.js'
import type { OwnMedia } from './own-media.js'
import { writeRtcpXr } from './rtcp-xr.js'
import type { MediaSection } from './session.js'
import { writeBundle } from './webrtc-media.js'

const addressType = (address: string): 'IP4' | 'IP6' => (address.includes(':') ? 'IP6' : 'IP4')

export interface WrittenFormat {
  readonly payloadType: number
  /** Value of a=rtpmap. */
  readonly map: string
  /** Value of a=fmtp, empty for none. */
  readonly fmtp: string
}

/** Lines from v= to t=. */
export function writeSessionPart(own: OwnMedia, time: string, mid?: string): string {
  const family = addressType(own.address)
  return (
    `v=0\r\no=- ${own.sessionId} ${own.version} IN ${family} ${own.address}\r\ns=-\r\n` +
    `c=IN ${family} ${own.address}\r\nt=${time}\r\n${writeBundle(mid)}`
  )
}

/** The section of the audio stream; formats in order, telephone-event last as the caller gives it. */
export function writeAudioPart(
  own: OwnMedia,
  profile: string,
  formats: readonly WrittenFormat[],
  keyLines: string,
  direction: Direction,
  extendedReports: ExtendedReports | undefined,
): string {
  return (
    `m=audio ${own.port} ${profile}${formats.map((format) => ` ${format.payloadType}`).join('')}\r\n` +
    writeAttributes(own.ptimeMs, formats) +
    keyLines +
    writeRtcp(own) +
    writeSource(own) +
    writeRtcpXr(extendedReports) +
    `a=${direction}\r\n`
  )
}

function writeAttributes(ptimeMs: number, formats: readonly WrittenFormat[]): string {
  let text = ''
  for (const format of formats) {
    text += `a=rtpmap:${format.payloadType} ${format.map}\r\n`
    if (format.fmtp !== '') text += `a=fmtp:${format.payloadType} ${format.fmtp}\r\n`
  }
  return `${text}a=ptime:${ptimeMs}\r\n`
}

const writeRtcp = (own: OwnMedia): string =>
  own.rtcpPort === undefined || own.rtcpPort === own.port + 1 ? '' : `a=rtcp:${own.rtcpPort}\r\n`

const writeSource = ({ source }: OwnMedia): string =>
  source === undefined ? '' : `a=ssrc:${source.ssrc} cname:${source.cname}\r\n`

/** A stream that is not wanted: port 0, the rest as offered (RFC 3264 6), and its mid (RFC 8829 5.3.1). */
export const writeRejected = ({ type, profile, formatText, webrtc }: MediaSection): string =>
  `m=${type} 0 ${profile} ${formatText}\r\n${webrtc?.mid === undefined ? '' : `a=mid:${webrtc.mid}\r\n`}`
