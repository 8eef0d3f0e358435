import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Clock } from '../../src/base/clock.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { EmbeddedGateway, type StartedGateway } from '../../src/gateway/embedded-gateway.js'
import { type GatewayOptions, gatewayOptions, noFaults } from '../../src/gateway/gateway-options.js'
import type { Address, TransportName } from '../../src/model/address.js'
import type { GatewayFaults } from '../../src/model/scenario.js'
import { isTransportFailure } from '../../src/transport/transport.js'
import { bodyOf, credentials, header, headers, RawClient, request, response, sdp, uriIn } from './raw-client.js'

let nextRange = 20_000 + (process.pid % 100) * 100

/** A gateway in this process with hand-written parties around it. */
export class Lab {
  readonly gateway: EmbeddedGateway
  readonly started: StartedGateway
  readonly #clients: RawClient[] = []
  readonly #sockets: Socket[] = []
  #serial = 0

  private constructor(gateway: EmbeddedGateway, started: StartedGateway) {
    this.gateway = gateway
    this.started = started
  }

  static async start(
    options: Partial<Omit<GatewayOptions, 'faults'>> & { readonly faults?: Partial<GatewayFaults> } = {},
    clock: Clock = new WheelClock(),
  ): Promise<Lab> {
    const low = nextRange
    nextRange += 1000
    const { faults, ...rest } = options
    const all = gatewayOptions({
      rtpPorts: { low, high: low + 999 },
      algorithms: [],
      ...rest,
      faults: { ...noFaults, ...faults },
    })
    const gateway = new EmbeddedGateway(all, clock)
    const started = await gateway.start()
    if (isTransportFailure(started)) throw new Error(started.text)
    return new Lab(gateway, started)
  }

  address(transport: TransportName): Address {
    const address = this.started.addresses[transport]
    if (!address) throw new Error(`no listener for ${transport}`)
    return address
  }

  async client(transport: TransportName = 'udp'): Promise<RawClient> {
    const client = await RawClient.open(transport, this.address(transport), this.started.caPem)
    this.#clients.push(client)
    return client
  }

  /** A client with a binding. */
  async registered(user: string, transport: TransportName = 'udp'): Promise<RawClient> {
    const client = await this.client(transport)
    await register(client, user)
    return client
  }

  /** A UDP socket for media. */
  async media(): Promise<Socket> {
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    this.#sockets.push(socket)
    return socket
  }

  newCallId(): string {
    return `call-${this.#serial++}-${Math.random().toString(36).slice(2)}`
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => (client.closed ? undefined : client.close())))
    for (const socket of this.#sockets) socket.close()
    await this.gateway.stop()
  }
}

export const contactOf = (client: RawClient, user: string): string =>
  `<sip:${user}@${client.host}${client.transport === 'udp' ? '' : `;transport=${client.transport === 'wss' ? 'ws' : client.transport}`}>`

export async function register(client: RawClient, user: string, more: readonly string[] = []): Promise<string> {
  const record = `<sip:${user}@lab.test>`
  const callId = `reg-${user}-${Math.random()}`
  const make = (cseq: number, extra: readonly string[]): string =>
    request(client, {
      method: 'REGISTER',
      uri: 'sip:lab.test',
      from: `${record};tag=r`,
      to: record,
      callId,
      cseq,
      headers: [`Contact: ${contactOf(client, user)};expires=60`, ...more, ...extra],
    })
  client.send(make(1, []))
  const first = await client.next(/^SIP\/2\.0 \d+ [^\r]*\r\n[\s\S]*CSeq: 1 REGISTER/)
  if (!first.startsWith('SIP/2.0 401')) return first
  const challenge = header(first, 'WWW-Authenticate')
  client.send(make(2, [`Authorization: ${credentials(challenge, user, `p${user}`, 'REGISTER', 'sip:lab.test')}`]))
  return client.next(/CSeq: 2 REGISTER/)
}

/** An INVITE and what belongs to its dialog as the caller sees it. */
export class RawCall {
  readonly caller: RawClient
  readonly callId: string
  readonly invite: string
  readonly uri: string
  ok = ''
  cseq = 1
  readonly #from: string

  constructor(caller: RawClient, callId: string, to: string, options: { body?: string; headers?: string[] } = {}) {
    this.caller = caller
    this.callId = callId
    this.uri = `sip:${to}@lab.test`
    this.#from = '<sip:caller@lab.test>;tag=caller'
    this.invite = request(caller, {
      method: 'INVITE',
      uri: this.uri,
      from: this.#from,
      to: `<${this.uri}>`,
      callId,
      cseq: 1,
      headers: [`Contact: ${contactOf(caller, 'caller')}`, ...(options.headers ?? [])],
      body: options.body ?? '',
    })
  }

  start(): void {
    this.caller.send(this.invite)
  }

  /** A request within the dialog, by the caller, along the route set of the 2xx. */
  inDialog(method: string, options: { cseq?: number; body?: string } = {}): string {
    const routes = headers(this.ok, 'Record-Route').flatMap((value) => value.split(/, */))
    return request(this.caller, {
      method,
      uri: uriIn(header(this.ok, 'Contact')),
      from: this.#from,
      to: header(this.ok, 'To'),
      callId: this.callId,
      cseq: options.cseq ?? ++this.cseq,
      headers: routes.reverse().map((route) => `Route: ${route}`),
      body: options.body ?? '',
    })
  }

  async answered(): Promise<string> {
    this.ok = await this.caller.next(
      new RegExp(`^SIP/2\\.0 200 [\\s\\S]*Call-ID: ${this.callId}\r\n[\\s\\S]*CSeq: 1 INVITE`),
    )
    this.caller.send(this.inDialog('ACK', { cseq: 1 }))
    return this.ok
  }
}

/** A request within the dialog, by the callee, along the Record-Route of the INVITE it got. */
export function fromCallee(callee: RawClient, invite: string, method: string, cseq: number): string {
  return request(callee, {
    method,
    uri: uriIn(header(invite, 'Contact')),
    from: `${header(invite, 'To')};tag=callee`,
    to: header(invite, 'From'),
    callId: header(invite, 'Call-ID'),
    cseq,
    headers: headers(invite, 'Record-Route').map((value) => `Route: ${value}`),
  })
}

/** Sets up a call with media and leaves it answered. */
export async function establish(lab: Lab, caller: RawClient, callee: RawClient, to: string) {
  const [callerMedia, calleeMedia] = [await lab.media(), await lab.media()]
  const call = new RawCall(caller, lab.newCallId(), to, { body: sdp(callerMedia.address().port) })
  call.start()
  const invite = await callee.next(new RegExp(`^INVITE [\\s\\S]*${call.callId}`))
  const contact = `Contact: ${contactOf(callee, to)}`
  callee.send(response(invite, '200 OK', [contact], sdp(calleeMedia.address().port)))
  await call.answered()
  await callee.next(new RegExp(`^ACK [\\s\\S]*${call.callId}`))
  return {
    call,
    invite,
    callerMedia,
    calleeMedia,
    /** Where caller and callee send their RTP. */
    callerSendsTo: portIn(bodyOf(call.ok)),
    calleeSendsTo: portIn(bodyOf(invite)),
  }
}

export const portIn = (body: string): number => Number(/^m=audio (\d+)/m.exec(body)?.[1])

export async function hangUp(call: RawCall, callee: RawClient): Promise<void> {
  call.caller.send(call.inDialog('BYE'))
  const bye = await callee.next(new RegExp(`^BYE [\\s\\S]*${call.callId}`))
  callee.send(response(bye, '200 OK'))
  await call.caller.next(/^SIP\/2\.0 200 [\s\S]*CSeq: \d+ BYE/)
}

/** An RTP packet of payload type 0. */
export function rtp(sequence: number, mark = 0): Buffer {
  const packet = Buffer.alloc(12 + 160, mark)
  packet[0] = 0x80
  packet[1] = 0
  packet.writeUInt16BE(sequence & 0xffff, 2)
  packet.writeUInt32BE(sequence * 160, 4)
  packet.writeUInt32BE(0x1234, 8)
  return packet
}

export const collect = (socket: Socket): Buffer[] => {
  const packets: Buffer[] = []
  socket.on('message', (bytes) => packets.push(bytes))
  return packets
}

/** Sends packets with small breaks, so that no socket buffer overflows. */
export async function sendAll(socket: Socket, port: number, packets: readonly Buffer[]): Promise<void> {
  for (let i = 0; i < packets.length; i++) {
    socket.send(packets[i] as Buffer, port, '127.0.0.1')
    if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

export async function until(condition: () => boolean, withinMs = 3000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition was not met in time')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
