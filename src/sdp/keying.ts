import type { StreamKeys } from '../model/srtp.js'
import { type CryptoAttribute, chooseCrypto, writeCrypto } from './crypto.js'
import { type Problem, type Refusal, refuse } from './negotiated.js'
import type { OwnMedia } from './own-media.js'
import type { MediaSection, Session } from './session.js'
import {
  isWebRtcAudio,
  type NegotiatedWebRtc,
  negotiateWebRtc,
  type OwnWebRtc,
  setupAnswering,
  webRtcProfile,
  writeWebRtcAttributes,
} from './webrtc-media.js'

/** AVPF and SAVPF (RFC 4585, RFC 5124) differ from AVP and SAVP only in feedback that we do not send. */
const plainProfiles = new Set(['RTP/AVP', 'RTP/AVPF'])
const secureProfiles = new Set(['RTP/SAVP', 'RTP/SAVPF'])

/** Audio over RTP in any of these profiles, accepted or not. */
export const isRtpAudio = (section: MediaSection): boolean =>
  section.type === 'audio' && (plainProfiles.has(section.profile) || secureProfiles.has(section.profile))

export function offeredProfile(own: OwnMedia): string {
  if (own.webrtc) return webRtcProfile
  return own.crypto.length > 0 ? 'RTP/SAVP' : 'RTP/AVP'
}

/** How a stream is keyed, and what our description says of it. */
export interface Keying {
  readonly kind: 'keying'
  /** Undefined: plain RTP. */
  readonly keys: StreamKeys | undefined
  /** Keys that ICE and DTLS will bring. */
  readonly webrtc: NegotiatedWebRtc | undefined
  /** Lines for the section. */
  readonly lines: string
  /** Of the BUNDLE group that the section is in, when there is one. */
  readonly mid: string | undefined
}

const plain: Keying = { kind: 'keying', keys: undefined, webrtc: undefined, lines: '', mid: undefined }

const unsupported = (section: MediaSection): Refusal =>
  refuse('unsupported-profile', `audio is offered as ${section.profile.slice(0, 80)}`)

/**
 * Keys for answering an offered section (RFC 4568 5.1.2 and 7.1.2): the first attribute that we can use, with its tag.
 * With a=crypto, RTP/AVP is taken as well: some phones offer SRTP in this way to those who may not have it.
 */
export function answerKeying(session: Session, section: MediaSection, own: OwnMedia): Keying | Refusal {
  const { profile, crypto } = section
  if (own.webrtc) {
    return isWebRtcAudio(section) ? answerWebRtc(session, section, own.webrtc) : unsupported(section)
  }
  if (own.crypto.length === 0) return plainProfiles.has(profile) ? plain : unsupported(section)
  if (!isRtpAudio(section)) return unsupported(section)
  if (crypto.length === 0) return refuse('no-crypto', `${profile} is offered without a=crypto`)
  const theirs = chooseCrypto(
    crypto,
    own.crypto.map(({ suite }) => suite),
  )
  if ('name' in theirs) return refuse(theirs.name, theirs.text)
  const ours = own.crypto.find(({ suite }) => suite === theirs.suite)
  if (!ours) return refuse('no-common-suite', `${theirs.suite} is not among our suites`)
  const keys = { send: ours.keys[0], receive: theirs.keys }
  return { ...plain, keys, lines: writeCrypto({ ...ours, tag: theirs.tag }) }
}

function answerWebRtc({ bundled }: Session, section: MediaSection, own: OwnWebRtc): Keying | Refusal {
  const setup = setupAnswering(section, own)
  if (typeof setup !== 'string') return setup
  const webrtc = negotiateWebRtc(section, setup, false)
  if ('kind' in webrtc) return webrtc
  const mid = section.webrtc?.mid
  const isBundled = mid !== undefined && bundled.includes(mid)
  return { ...plain, webrtc, lines: writeWebRtcAttributes(own, setup, mid), mid: isBundled ? mid : undefined }
}

/** Every suite that we have, the preferred one first; or what ICE and DTLS need, the far side free to begin or not. */
export const offeredKeying = ({ webrtc, crypto }: OwnMedia): string =>
  webrtc ? writeWebRtcAttributes(webrtc, 'actpass', webrtc.mid) : crypto.map(writeCrypto).join('')

/** Keys from the answer to our offer (RFC 4568 5.1.3); undefined where no media can flow, and then a problem says why. */
export function answeredKeying(
  own: OwnMedia,
  section: MediaSection,
  problems: Problem[],
): Pick<Keying, 'keys' | 'webrtc'> | undefined {
  if (own.webrtc) return answeredWebRtc(section, problems)
  if (own.crypto.length === 0) return plain
  if (section.crypto.length === 0) {
    problems.push({ name: 'no-crypto', text: 'SRTP was offered and the answer has no a=crypto' })
    return undefined
  }
  const theirs = chooseCrypto(
    section.crypto,
    own.crypto.map(({ suite }) => suite),
  )
  if ('name' in theirs) {
    problems.push(theirs)
    return undefined
  }
  const ours = offeredWith(own, theirs, problems)
  return ours && { ...plain, keys: { send: ours.keys[0], receive: theirs.keys } }
}

function answeredWebRtc(section: MediaSection, problems: Problem[]): Keying | undefined {
  const webrtc = negotiateWebRtc(section, 'actpass', true)
  if (!('kind' in webrtc)) return { ...plain, webrtc }
  problems.push({ name: webrtc.name, text: webrtc.text })
  return undefined
}

/** The attribute that was accepted: its tag says which; with a tag of another suite, the suite does. */
function offeredWith(own: OwnMedia, { tag, suite }: CryptoAttribute, problems: Problem[]): CryptoAttribute | undefined {
  const named = own.crypto.find((ours) => ours.tag === tag)
  if (named?.suite === suite) return named
  const text = `a=crypto:${tag} is answered with ${suite}; it was offered as ${named?.suite ?? 'nothing'}`
  problems.push({ name: 'crypto-tag', text })
  return own.crypto.find((ours) => ours.suite === suite)
}
