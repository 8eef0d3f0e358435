import type { CapturedFrame, CapturedMessage, Sighting } from '../../capture/captured-message.js'
import { type ObservedMessage, sameEnd } from './observed-message.js'

/** A connection of a user agent to its proxy (RFC 5626 3.1), as far as keeping it alive goes. */
export interface Flow {
  /** When its client sent something last. */
  lastClientMs: number
  /** Of the last 2xx to a REGISTER. */
  flowTimerSeconds: number | undefined
  /** The registrar has applied outbound. */
  outbound: boolean
}

/** A keep-alive of the client: CRLFs, or a WebSocket ping. */
export interface KeepAlive {
  readonly ping: CapturedMessage | CapturedFrame
  /** Since the client sent something before on the same flow. */
  readonly sinceMs: number | undefined
  readonly flowTimerSeconds: number | undefined
}

const CLOSE = 8
const PING = 9
const maximumFlows = 20_000

export class FlowTable {
  readonly #flows = new Map<number, Flow>()

  get(connectionId: number): Flow | undefined {
    return this.#flows.get(connectionId)
  }

  /** Something was sent on a connection: the keep-alive that it is, if it is one. */
  saw(sighting: CapturedMessage | CapturedFrame): KeepAlive | undefined {
    // A data frame is counted as the message that it carries.
    if (sighting.kind === 'websocket-frame' && sighting.opcode < CLOSE) return undefined
    const isKeepAlive = sighting.kind === 'message' ? sighting.content === 'keep-alive' : sighting.opcode === PING
    if (sighting.connection === undefined)
      return isKeepAlive ? { ping: sighting, sinceMs: undefined, flowTimerSeconds: undefined } : undefined
    if (!sameEnd(sighting.source, sighting.connection.client)) return undefined
    const flow = this.#flowOf(sighting)
    const sinceMs = flow.lastClientMs === 0 ? undefined : sighting.atMs - flow.lastClientMs
    flow.lastClientMs = sighting.atMs
    return isKeepAlive ? { ping: sighting, sinceMs, flowTimerSeconds: flow.flowTimerSeconds } : undefined
  }

  /** A 2xx to REGISTER says how the flow is kept. */
  note(message: ObservedMessage): void {
    const { captured, method, status } = message
    if (captured.connection === undefined || method !== 'REGISTER' || status < 200 || status >= 300) return
    const { sip } = message
    const flow = this.#flowOf(captured)
    const seconds = Number(sip.get('Flow-Timer'))
    flow.flowTimerSeconds = Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined
    flow.outbound = sip.list('Require').some((tag) => tag.toLowerCase() === 'outbound')
  }

  #flowOf({ connection }: Sighting): Flow {
    const id = connection?.id ?? 0
    const known = this.#flows.get(id)
    if (known !== undefined) return known
    if (this.#flows.size >= maximumFlows) {
      const oldest = this.#flows.keys().next()
      if (!oldest.done) this.#flows.delete(oldest.value)
    }
    const flow: Flow = { lastClientMs: 0, flowTimerSeconds: undefined, outbound: false }
    this.#flows.set(id, flow)
    return flow
  }
}
