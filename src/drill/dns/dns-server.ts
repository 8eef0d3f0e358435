import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Packet } from 'dns-packet'
import type { Zone, ZoneRecord } from './zone.js'

const NO_SUCH_NAME = 3
const SERVER_FAILURE = 2

/** Zero: agents ask anew each time, so that a change is seen at once. */
const TTL_SECONDS = 0

/** A small authoritative DNS server on loopback, for agents of this run alone. */
export class DnsServer {
  readonly zone: Zone
  readonly #socket: Socket
  /** `127.0.0.1:PORT`, as a resolver takes it. */
  readonly address: string

  private constructor(socket: Socket, zone: Zone) {
    this.#socket = socket
    this.zone = zone
    this.address = `127.0.0.1:${socket.address().port}`
    socket.on('message', (bytes, from) => this.#onQuestion(bytes, from))
    socket.on('error', () => {})
  }

  static start(zone: Zone): Promise<DnsServer> {
    const socket = createSocket('udp4')
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(0, '127.0.0.1', () => {
        socket.off('error', reject)
        resolve(new DnsServer(socket, zone))
      })
    })
  }

  #onQuestion(bytes: Buffer, from: RemoteInfo): void {
    const query = readQuery(bytes)
    const question = query?.questions?.[0]
    if (!query || !question) return
    const answer = this.zone.answer(question.name, question.type)
    if (answer === 'silence') return
    const found = typeof answer === 'string' ? [] : answer.map(toAnswer)
    const code = answer === 'no such name' ? NO_SUCH_NAME : answer === 'failure' ? SERVER_FAILURE : 0
    const response: Packet = {
      type: 'response',
      id: query.id ?? 0,
      // The response code is the low four bits of the flags (RFC 1035 4.1.1).
      flags: AUTHORITATIVE_ANSWER | code,
      questions: [question],
      answers: found,
    }
    this.#socket.send(encode(response), from.port, from.address)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }
}

/** Undefined for what is no question. */
function readQuery(bytes: Buffer): Packet | undefined {
  try {
    const packet = decode(bytes)
    return packet.type === 'query' ? packet : undefined
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

/** The records of a zone are shaped as the library wants them. */
const toAnswer = (record: ZoneRecord): Answer => ({ ...record, ttl: TTL_SECONDS, class: 'IN' }) as Answer
