import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { atEnd } from './at-end.js'

/** A port that hands bytes on to another, so that connections can be cut from outside both programs. */
export interface TcpRelay {
  readonly port: number
  /** When each connection arrived, in milliseconds of performance.now(). */
  readonly arrivals: readonly number[]
  readonly open: number
  /** What came from the side that connected, and what went back to it. */
  upstream(): string
  downstream(): string
  /** Cuts every connection with a TCP reset towards both sides; returns how many there were. */
  reset(): number
  /** From now on new connections are accepted and their bytes go nowhere. */
  stall(): void
  /** From now on new connections are accepted and reset at once. */
  drop(): void
}

export interface TcpRelayOptions {
  readonly host?: string
  /** What becomes of the bytes that go back to the side that connected; as many as there were. */
  readonly alter?: (bytes: Buffer) => Buffer
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

export async function startTcpRelay(target: number, options: TcpRelayOptions = {}): Promise<TcpRelay> {
  const { host = '127.0.0.1', alter = (bytes) => bytes } = options
  const pairs = new Set<Pair>()
  const arrivals: number[] = []
  let up = ''
  let down = ''
  let stalled = false
  let dropping = false
  const silent = new Set<Socket>()
  const server = createServer((near) => {
    near.on('error', () => near.destroy())
    arrivals.push(performance.now())
    if (dropping) {
      near.resetAndDestroy()
      return
    }
    if (stalled) {
      silent.add(near)
      near.resume()
      return
    }
    const far = connect(target, host)
    const pair = { near, far }
    pairs.add(pair)
    near.on('data', (bytes) => {
      up += bytes.toString('latin1')
      far.write(bytes)
    })
    far.on('data', (bytes) => {
      down += bytes.toString('latin1')
      near.write(alter(bytes))
    })
    far.on('error', () => far.destroy())
    // The end of one side is the end of the other.
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
    }
  })
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  const reset = (): number => {
    const count = pairs.size
    for (const { near, far } of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
    pairs.clear()
    return count
  }
  atEnd(() => {
    reset()
    for (const socket of silent) socket.destroy()
    server.close()
  })
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arrivals,
    get open() {
      return pairs.size
    },
    upstream: () => up,
    downstream: () => down,
    reset,
    stall: () => {
      stalled = true
    },
    drop: () => {
      dropping = true
    },
  }
}
