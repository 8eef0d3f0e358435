import type { Address } from '../model/address.js'

export interface OfferOptions {
  readonly port?: number
  readonly version?: number
  /** Format list of the audio line with its attributes. */
  readonly audio?: string
  /** Further whole lines, each with its end. */
  readonly more?: string
  /** Connection address, by default that of the offerer. */
  readonly connection?: string
}

const pcmu = '0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000'

/** Nothing is sent from there and nothing is listened to: the port of the discard service. */
const silentPort = 9

/** A session description of one audio stream of G.711. */
export function audioSdp({ host }: Address, options: OfferOptions = {}): string {
  const { port = silentPort, version = 1, audio = pcmu, more = '', connection = host } = options
  return `v=0\r\no=probe 1 ${version} IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${connection}\r\nt=0 0\r\nm=audio ${port} RTP/AVP ${audio}\r\n${more}`
}

export interface ReadMedia {
  readonly kind: string
  readonly port: number
  readonly formats: readonly string[]
}

/** The m= lines. */
export const mediaLines = (sdp: string): readonly ReadMedia[] =>
  [...sdp.matchAll(/^m=(\S+) (\d+)\S* \S+ ([^\r\n]*)/gm)].map(([, kind = '', port = '0', formats = '']) => ({
    kind,
    port: Number(port),
    formats: formats.trim().split(/\s+/),
  }))

export const originVersion = (sdp: string): string => /^o=\S+ \S+ (\S+)/m.exec(sdp)?.[1] ?? ''

export const connectionHost = (sdp: string): string => /^c=IN IP[46] ([^\s/]+)/m.exec(sdp)?.[1] ?? ''
