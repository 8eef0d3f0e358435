import { linkType } from '../../src/capture/captured-packet.js'
import { enhancedPacket, interfaceDescription, sectionHeader } from '../../src/capture/write/pcapng-blocks.js'
import { Inspector } from '../../src/conformance/inspector.js'
import { rules } from '../../src/conformance/rules/registry.js'
import type { Address } from '../../src/model/address.js'
import { ethernet, type Frame, readBytes } from '../capture/capture-files.js'
import { Conversation, udp } from '../capture/conversation.js'
import { bytesOf, type Step } from './flow.js'
import { violated } from './inspect.js'

/** A frame with the interface it belongs on: TLS is in clear on one of its own. */
export interface WireFrame extends Frame {
  readonly secure: boolean
}

/** Milliseconds since 1970 at which every flow begins. */
const startMs = Date.UTC(2026, 0, 2)

const endOf = (text: string): Address => {
  const colonAt = text.lastIndexOf(':')
  return { host: text.slice(0, colonAt).replace(/[[\]]/g, ''), port: Number(text.slice(colonAt + 1)) }
}

/** A flow as packets; `cuts` tells where the octets of a message are cut into segments. */
export function framesOf(steps: readonly Step[], cuts: (octets: number) => readonly number[] = () => []): WireFrame[] {
  const connections = new Map<string, Conversation>()
  return steps.flatMap((step) => {
    const secure = step.transport === 'tls' || step.transport === 'wss'
    const packets = step.transport === 'udp' ? [datagram(step)] : segments(step, connections, cuts)
    return packets.map((bytes, index) => ({ bytes, atMs: startMs + step.atMs + index * 0.01, secure }))
  })
}

/** With the hop count that the flow tells; the sum of the IP header is nobody's business. */
function datagram(step: Step): Buffer {
  const packet = udp(bytesOf(step), endOf(step.from), endOf(step.to))
  packet[packet[0]! >> 4 === 4 ? 8 : 7] = step.ttl
  return packet
}

function segments(
  step: Step,
  connections: Map<string, Conversation>,
  cuts: (octets: number) => readonly number[],
): Buffer[] {
  const key = [step.from, step.to].sort().join()
  const known = connections.get(key)
  const connection = known ?? new Conversation(endOf(step.from), endOf(step.to))
  connections.set(key, connection)
  const isClient = endOf(step.from).port === connection.client.port && endOf(step.from).host === connection.client.host
  const octets = step.kind === 'sip' && step.transport.startsWith('ws') ? webSocketFrame(step) : bytesOf(step)
  // A WebSocket connection whose upgrade is not in the flow is met in its midst.
  const begins = known === undefined && (step.kind === 'handshake-request' || !step.transport.startsWith('ws'))
  const handshake = begins ? connection.handshake() : []
  return [...handshake, ...connection.send(isClient ? 0 : 1, octets, cuts(octets.length))]
}

/** One final text frame (RFC 6455 5.2), masked with zeros where it is the client's. */
function webSocketFrame(step: Step): Buffer {
  const payload = bytesOf(step)
  const masked = step.webSocket.masked === 'all'
  const head = Buffer.from([0x80 | step.webSocket.opcode, (masked ? 0x80 : 0) | 126, 0, 0])
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, ...(masked ? [Buffer.alloc(4)] : []), payload])
}

/** A pcapng file with an interface for what travelled in clear and one for what had been in TLS. */
export function pcapngOf(frames: readonly WireFrame[], tags = ''): Buffer {
  return Buffer.concat([
    sectionHeader('test', 'test'),
    interfaceDescription(linkType.ethernet, 'test0', 'test'),
    interfaceDescription(linkType.ethernet, 'tls-in-clear', 'test'),
    ...frames.map(({ bytes, atMs, secure }) => enhancedPacket(secure ? 1 : 0, atMs ?? 0, ethernet(bytes, tags))),
  ])
}

/** The rules that a capture breaks, and how many messages were read. */
export async function judge(file: Buffer): Promise<{ readonly broken: readonly string[]; readonly messages: number }> {
  const inspector = new Inspector(rules)
  for (const event of (await readBytes(file)).events) inspector.event(event)
  inspector.end()
  return { broken: violated(inspector.tally.entries()), messages: inspector.messages }
}
