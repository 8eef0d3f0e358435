import { readFileSync } from 'node:fs'
import type {
  CapturedConnection,
  CapturedFrame,
  CapturedHandshake,
  CapturedMessage,
  CaptureEvent,
} from '../../src/capture/captured-message.js'
import type { Address, TransportName } from '../../src/model/address.js'

/** One message of a flow, as text that can be changed. */
export interface Step {
  atMs: number
  from: string
  to: string
  transport: TransportName
  /** LF as line ends; `[len]` in the head is the length of the body. */
  text: string
  kind: 'sip' | 'handshake-request' | 'handshake-response'
  webSocket: { opcode: number; masked: 'all' | 'none'; fragments: number }
  ttl: number
  /** Leave the bytes as they are: no CRLF for LF. */
  raw?: Buffer
}

/**
 * A correct flow from test/fixtures/flows. A file holds `@ MILLISECONDS FROM > TO TRANSPORT` lines, each with the
 * message below it; `ttl=50` after it for a sender that is far away. FROM and TO are `host:port`.
 */
export function readFlow(name: string): Step[] {
  const text = readFileSync(new URL(`../fixtures/flows/${name}.flow`, import.meta.url), 'utf8')
  return text
    .split(/^@ /m)
    .slice(1)
    .map((part) => {
      const lineEnd = part.indexOf('\n')
      const match = /^(\d+) (\S+) > (\S+) (\w+)( [a-z]+(?:-[a-z]+)*)?(?: ttl=(\d+))?$/.exec(part.slice(0, lineEnd))
      if (match === null) throw new Error(`${name}.flow: cannot read "${part.slice(0, lineEnd)}"`)
      const [, at = '', from = '', to = '', transport = '', kind, ttl = '64'] = match
      const isHandshake = kind === ' handshake-request' || kind === ' handshake-response'
      return {
        atMs: Number(at),
        from,
        to,
        transport: transport as TransportName,
        text: textOf(part.slice(lineEnd + 1)),
        kind: isHandshake ? (kind.trim() as Step['kind']) : 'sip',
        webSocket: { opcode: 1, masked: kind === ' masked' ? 'all' : 'none', fragments: 1 },
        ttl: Number(ttl),
      }
    })
}

/** A body ends in a line end, a head does not. */
function textOf(lines: string): string {
  const text = lines.replace(/\n*$/, '')
  return text.includes('\n\n') ? `${text}\n` : text
}

const addressOf = (text: string): Address => {
  const colonAt = text.lastIndexOf(':')
  return { host: text.slice(0, colonAt).replace(/[[\]]/g, ''), port: Number(text.slice(colonAt + 1)) }
}

/** A message as it is sent. */
export function bytesOf(step: Step): Buffer {
  if (step.raw !== undefined) return step.raw
  const [head = '', ...rest] = step.text.replace(/\r?\n/g, '\r\n').split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  return Buffer.from(`${head.replace('[len]', String(Buffer.byteLength(body)))}\r\n\r\n${body}`)
}

/** What reading the flow's capture would give: a frame for each message, ten minutes of nothing before and after. */
export function eventsOf(steps: readonly Step[]): CaptureEvent[] {
  const connections = new Map<string, CapturedConnection>()
  const events = steps.flatMap((step, index) => {
    const event = eventOf(step, index + 1, connections)
    return event.kind === 'message' && event.webSocket !== undefined ? [frameOf(event), event] : [event]
  })
  const edge = (atMs: number): CaptureEvent => ({
    kind: 'unreachable',
    atMs,
    frames: [],
    reporter: '',
    source: { host: '', port: 0 },
    destination: { host: '', port: 0 },
    transport: 'udp',
    type: 3,
    code: 3,
  })
  const last = Math.max(...steps.map(({ atMs }) => atMs))
  return [edge(-600_000), ...events, edge(last + 600_000)]
}

function eventOf(step: Step, frame: number, connections: Map<string, CapturedConnection>): CaptureEvent {
  const sighting = {
    atMs: step.atMs,
    firstAtMs: step.atMs,
    frames: [frame],
    source: addressOf(step.from),
    destination: addressOf(step.to),
    transport: step.transport,
    ttl: step.ttl,
    checksum: 'good',
    interfaceIndex: 0,
    ...(step.transport === 'udp' ? {} : { connection: connectionOf(step, connections) }),
  } as const
  const bytes = bytesOf(step)
  if (step.kind !== 'sip') {
    const half = step.kind === 'handshake-request' ? 'request' : 'response'
    return { ...sighting, kind: 'websocket-handshake', part: half, head: bytes } satisfies CapturedHandshake
  }
  const isWebSocket = step.transport === 'ws' || step.transport === 'wss'
  const facts = { ...step.webSocket, compressed: false, interleaved: 0, begun: true }
  return {
    ...sighting,
    kind: 'message',
    content: /^\s*$/.test(bytes.toString('latin1'))
      ? 'keep-alive'
      : /^\s*([A-Z]+ \S.* SIP\/|SIP\/)/i.test(bytes.toString('latin1'))
        ? 'sip'
        : 'other',
    bytes,
    truncated: false,
    ...(isWebSocket ? { webSocket: facts } : {}),
  } satisfies CapturedMessage
}

/** The one frame that carries a WebSocket message. */
const frameOf = ({ bytes, webSocket, ...sighting }: CapturedMessage): CapturedFrame => ({
  ...sighting,
  kind: 'websocket-frame',
  final: true,
  reserved: 0,
  opcode: webSocket?.opcode ?? 1,
  masked: webSocket?.masked === 'all',
  payloadLength: bytes.length,
  overlongLength: false,
  controlPayload: Buffer.alloc(0),
})

/** The first message of a connection is its client's. */
function connectionOf(step: Step, connections: Map<string, CapturedConnection>): CapturedConnection {
  const key = [step.from, step.to].sort().join()
  const known = connections.get(key)
  if (known !== undefined) {
    if (step.kind === 'handshake-response') Object.assign(known, { upgradeResponse: bytesOf(step) })
    return known
  }
  const connection: CapturedConnection = {
    id: connections.size + 1,
    client: addressOf(step.from),
    server: addressOf(step.to),
    transport: step.transport,
    fromStart: step.kind === 'handshake-request' || (step.transport !== 'ws' && step.transport !== 'wss'),
  }
  connections.set(key, connection)
  return connection
}
