import { connect, type Socket } from 'node:net'
import { atEnd } from './at-end.js'

/** What baresip's ctrl_tcp module tells of itself: `CALL_ESTABLISHED`, `CALL_MENC` and the like. */
export interface BaresipEvent {
  readonly type: string
  readonly param?: string
  /** Call-ID, where the event is about a call. */
  readonly id?: string
  readonly peeruri?: string
}

interface BaresipResponse {
  readonly response: true
  readonly ok: boolean
  readonly data: string
  readonly token: string
}

export interface BaresipControl {
  /** Runs a command of baresip's menu; one that fails is an error. */
  command(name: string, params?: string): Promise<void>
  event(type: string, withinMs: number): Promise<BaresipEvent>
}

const answeredWithinMs = 5000
const pollMs = 10

/** JSON in netstrings (`LENGTH:TEXT,`) over TCP. */
export async function openBaresipControl(port: number): Promise<BaresipControl> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(port, '127.0.0.1', () => resolve(opening))
    opening.once('error', reject)
  })
  // baresip that ends first takes the connection with it.
  socket.on('error', () => {})
  atEnd(() => {
    socket.destroy()
  })
  const events: BaresipEvent[] = []
  const responses = new Map<string, BaresipResponse>()
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (let text = takeNetstring(); text !== undefined; text = takeNetstring()) {
      const message = JSON.parse(text) as BaresipResponse | BaresipEvent
      if ('response' in message) responses.set(message.token, message)
      else events.push(message)
    }
  })
  function takeNetstring(): string | undefined {
    const colon = rest.indexOf(':')
    if (colon < 0) return undefined
    const end = colon + 1 + Number(rest.toString('latin1', 0, colon))
    if (rest.length <= end) return undefined
    const text = rest.toString('utf8', colon + 1, end)
    rest = rest.subarray(end + 1)
    return text
  }
  let token = 0
  return {
    command: async (name, params) => {
      const own = `${++token}`
      const text = JSON.stringify({ command: name, ...(params === undefined ? {} : { params }), token: own })
      socket.write(`${Buffer.byteLength(text)}:${text},`)
      const { ok, data } = await poll(() => responses.get(own), `answer to ${name}`, answeredWithinMs)
      if (!ok) throw new Error(`baresip: ${name}: ${data}`)
    },
    event: (type, withinMs) =>
      poll(
        () => {
          const at = events.findIndex((event) => event.type === type)
          return at < 0 ? undefined : events.splice(at, 1)[0]
        },
        type,
        withinMs,
      ),
  }
}

async function poll<T>(look: () => T | undefined, what: string, withinMs: number): Promise<T> {
  const endMs = performance.now() + withinMs
  for (let found = look(); ; found = look()) {
    if (found !== undefined) return found
    if (performance.now() > endMs) throw new Error(`baresip: no ${what} within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
