import type { Address } from '../model/address.js'
import { cryptoWords } from '../sdp/crypto.js'
import { readWebRtcAttributes } from '../sdp/webrtc.js'
import type { KeyingSection, LegDescription } from './leg-media.js'

/** Where a media description wants its packets; undefined on hold by address (RFC 2543, `c=IN IP4 0.0.0.0`). */
export interface MediaDestination {
  readonly rtp: Address | undefined
  readonly rtcp: Address | undefined
}

/** What the relay puts in place of a party's media description. */
export interface RelayedMedia {
  readonly rtp: number
  readonly rtcp: number
  /** Undefined leaves profile and keys as they are. */
  readonly description?: LegDescription | undefined
  /** One of the parties speaks WebRTC: what only browsers say to each other ends here. */
  readonly endsWebRtc?: boolean
}

/** Gives what is to stand at `index`; undefined to leave the description alone. */
export type RelayMedia = (index: number, wanted: MediaDestination, section: KeyingSection) => RelayedMedia | undefined

interface Block {
  readonly lines: string[]
}

const unspecified = new Set(['0.0.0.0', '::'])
/** What describes a browser's transport, its sources and their feedback (RFC 8839, RFC 8122, RFC 9143, RFC 4585). */
const webRtcAttribute =
  /^a=(candidate|end-of-candidates|ice-[a-z0-9]+|fingerprint|setup|tls-id|mid|group|bundle-only|rtcp-mux(-only)?|rtcp-rsize|rtcp-fb|rtcp|ssrc|ssrc-group|msid|msid-semantic|extmap|extmap-allow-mixed)\b/
/** ICE candidates would lead around the relay; without any ICE attribute both sides use the default addresses. */
const iceAttribute = /^a=(candidate|remote-candidates|end-of-candidates|ice-[a-z0-9]+)\b/

/**
 * The SDP with the relay's address and ports in c=, m= and a=rtcp (RFC 3605), and where it says so with another profile
 * and other keys; everything else as it was.
 */
export function relaySdp(text: string, host: string, relayMedia: RelayMedia): string {
  const blocks = split(text)
  const session = blocks[0]
  if (!session || blocks.length < 2) return text
  const connection = session.lines.find((line) => line.startsWith('c='))
  let relayed = false
  const ended: Block[] = []
  for (let i = 1; i < blocks.length; i++) {
    const block = blocks[i] as Block
    const own = block.lines.find((line) => line.startsWith('c='))
    const place: Place = { index: i - 1, connection: own ?? connection, session: session.lines }
    const media = rewriteMedia(block, place, host, relayMedia)
    if (media?.endsWebRtc) ended.push(block)
    if (media) relayed = true
    // The session's c= is about to change: what is not relayed keeps its own address.
    else if (own === undefined && connection !== undefined) block.lines.splice(1, 0, connection)
  }
  if (!relayed) return text
  if (ended.length > 0) dropLines(session, webRtcAttribute)
  rewriteConnection(session, host, ended.length > 0)
  return blocks.map((block) => `${block.lines.join('\r\n')}\r\n`).join('')
}

function split(text: string): Block[] {
  const blocks: Block[] = [{ lines: [] }]
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue
    if (line.startsWith('m=')) blocks.push({ lines: [] })
    blocks.at(-1)?.lines.push(line)
  }
  return blocks
}

interface Place {
  readonly index: number
  readonly connection: string | undefined
  readonly session: readonly string[]
}

function rewriteMedia(
  block: Block,
  { index, connection, session }: Place,
  host: string,
  relayMedia: RelayMedia,
): RelayedMedia | undefined {
  const line = /^(m=\S+ )(\d+)((?:\/\d+)? )(\S*RTP\/\S+)(.*)$/.exec(block.lines[0] ?? '')
  const port = Number(line?.[2] ?? 0)
  const address = /^c=IN IP[46] ([^\s/]+)/.exec(connection ?? '')?.[1]
  if (!line || port === 0 || address === undefined) return undefined
  const [, media, , count, profile = '', formats] = line
  const webrtc = readWebRtcAttributes(block.lines, session)
  const section = { profile, crypto: cryptoWords(block.lines), webrtc }
  const own = relayMedia(index, destination(block, address, port), section)
  if (!own) return undefined
  block.lines[0] = `${media}${own.rtp}${count}${own.description?.profile ?? profile}${formats}`
  if (own.endsWebRtc) dropLines(block, webRtcAttribute)
  if (own.description) rewriteKeys(block, own.description.lines)
  rewriteConnection(block, host, own.endsWebRtc ?? false)
  const family = host.includes(':') ? 'IP6' : 'IP4'
  for (let i = block.lines.length - 1; i > 0; i--) {
    const attribute = block.lines[i] ?? ''
    if (!own.endsWebRtc && iceAttribute.test(attribute)) block.lines.splice(i, 1)
    else if (attribute.startsWith('a=rtcp:')) {
      block.lines[i] = attribute.includes(' ') ? `a=rtcp:${own.rtcp} IN ${family} ${host}` : `a=rtcp:${own.rtcp}`
    }
  }
  return own
}

function rewriteKeys(block: Block, keyLines: readonly string[]): void {
  dropLines(block, /^a=crypto:/)
  block.lines.push(...keyLines)
}

function dropLines(block: Block, pattern: RegExp): void {
  block.lines.splice(0, block.lines.length, ...block.lines.filter((line) => !pattern.test(line)))
}

function destination(block: Block, address: string, port: number): MediaDestination {
  if (unspecified.has(address)) return { rtp: undefined, rtcp: undefined }
  const attribute = block.lines.find((line) => line.startsWith('a=rtcp:')) ?? ''
  const rtcp = /^a=rtcp:(\d+)(?: IN IP[46] (\S+))?/.exec(attribute)
  const rtcpPort = block.lines.includes('a=rtcp-mux') ? port : Number(rtcp?.[1] ?? port + 1)
  return { rtp: { host: address, port }, rtcp: { host: rtcp?.[2] ?? address, port: rtcpPort } }
}

/** Hold by address stays; with ICE the address of a description may mean nothing (RFC 8839 4.2.1.2). */
function rewriteConnection(block: Block, host: string, always: boolean): void {
  const family = host.includes(':') ? 'IP6' : 'IP4'
  for (let i = 0; i < block.lines.length; i++) {
    const address = /^c=IN IP[46] ([^\s/]+)/.exec(block.lines[i] ?? '')?.[1]
    if (address !== undefined && (always || !unspecified.has(address))) block.lines[i] = `c=IN ${family} ${host}`
  }
}
