import type { Address } from '../model/address.js'
import { cryptoWords } from '../sdp/crypto.js'
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
}

/** Gives what is to stand at `index`; undefined to leave the description alone. */
export type RelayMedia = (index: number, wanted: MediaDestination, section: KeyingSection) => RelayedMedia | undefined

interface Block {
  readonly lines: string[]
}

const unspecified = new Set(['0.0.0.0', '::'])
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
  for (let i = 1; i < blocks.length; i++) {
    const block = blocks[i] as Block
    const own = block.lines.find((line) => line.startsWith('c='))
    if (rewriteMedia(block, i - 1, own ?? connection, host, relayMedia)) relayed = true
    // The session's c= is about to change: what is not relayed keeps its own address.
    else if (own === undefined && connection !== undefined) block.lines.splice(1, 0, connection)
  }
  if (!relayed) return text
  rewriteConnection(session, host)
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

function rewriteMedia(
  block: Block,
  index: number,
  connection: string | undefined,
  host: string,
  relayMedia: RelayMedia,
): boolean {
  const line = /^(m=\S+ )(\d+)((?:\/\d+)? )(\S*RTP\/\S+)(.*)$/.exec(block.lines[0] ?? '')
  const port = Number(line?.[2] ?? 0)
  const address = /^c=IN IP[46] ([^\s/]+)/.exec(connection ?? '')?.[1]
  if (!line || port === 0 || address === undefined) return false
  const [, media, , count, profile = '', formats] = line
  const section = { profile, crypto: cryptoWords(block.lines) }
  const own = relayMedia(index, destination(block, address, port), section)
  if (!own) return false
  block.lines[0] = `${media}${own.rtp}${count}${own.description?.profile ?? profile}${formats}`
  if (own.description) rewriteKeys(block, own.description.lines)
  rewriteConnection(block, host)
  const family = host.includes(':') ? 'IP6' : 'IP4'
  for (let i = block.lines.length - 1; i > 0; i--) {
    const attribute = block.lines[i] ?? ''
    if (iceAttribute.test(attribute)) block.lines.splice(i, 1)
    else if (attribute.startsWith('a=rtcp:')) {
      block.lines[i] = attribute.includes(' ') ? `a=rtcp:${own.rtcp} IN ${family} ${host}` : `a=rtcp:${own.rtcp}`
    }
  }
  return true
}

function rewriteKeys(block: Block, keyLines: readonly string[]): void {
  const others = block.lines.filter((line) => !line.startsWith('a=crypto:'))
  block.lines.splice(0, block.lines.length, ...others, ...keyLines)
}

function destination(block: Block, address: string, port: number): MediaDestination {
  if (unspecified.has(address)) return { rtp: undefined, rtcp: undefined }
  const attribute = block.lines.find((line) => line.startsWith('a=rtcp:')) ?? ''
  const rtcp = /^a=rtcp:(\d+)(?: IN IP[46] (\S+))?/.exec(attribute)
  const rtcpPort = block.lines.includes('a=rtcp-mux') ? port : Number(rtcp?.[1] ?? port + 1)
  return { rtp: { host: address, port }, rtcp: { host: rtcp?.[2] ?? address, port: rtcpPort } }
}

function rewriteConnection(block: Block, host: string): void {
  const family = host.includes(':') ? 'IP6' : 'IP4'
  for (let i = 0; i < block.lines.length; i++) {
    const address = /^c=IN IP[46] ([^\s/]+)/.exec(block.lines[i] ?? '')?.[1]
    if (address !== undefined && !unspecified.has(address)) block.lines[i] = `c=IN ${family} ${host}`
  }
}
