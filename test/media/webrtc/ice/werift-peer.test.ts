import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Candidate, Connection, type IceOptions } from 'werift'
import { Rng } from '../../../../src/base/rng.js'
import { WheelClock } from '../../../../src/base/wheel-clock.js'
import { localCandidate } from '../../../../src/media/webrtc/ice/candidate.js'
import type { IceBase } from '../../../../src/media/webrtc/ice/candidate-pair.js'
import { IceAgent } from '../../../../src/media/webrtc/ice/ice-agent.js'
import { newCredentials } from '../../../../src/media/webrtc/ice/ice-credentials.js'
import type { IceCandidate } from '../../../../src/model/webrtc.js'
import { readStun } from '../../../../src/stun/stun-message.js'

const atEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of atEnd.splice(0)) await end()
})

interface Own {
  readonly agent: IceAgent
  readonly candidate: IceCandidate
  readonly nominated: Promise<void>
}

async function ownAgent(): Promise<Own> {
  const clock = new WheelClock()
  const socket: Socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const candidate = localCandidate('host', { host: '127.0.0.1', port: (socket.address() as AddressInfo).port })
  const base: IceBase = { candidate, send: (bytes, to) => socket.send(bytes, to.port, to.host) }
  const rng = new Rng(5, 'werift')
  let tell = () => {}
  const nominated = new Promise<void>((resolve, reject) => {
    tell = resolve
    atEnd.push(() => reject(new Error('ended')))
  })
  nominated.catch(() => {})
  const agent = new IceAgent({
    clock,
    rng,
    user: { onRoute: (_pair, isNominated) => isNominated && tell(), onFailed: () => {} },
    bases: [base],
    credentials: newCredentials(rng),
    timeoutMs: 8000,
  })
  socket.on('message', (bytes, from) => {
    const message = readStun(bytes)
    if (message) agent.receive(message, { host: from.address, port: from.port }, base)
  })
  atEnd.push(() => {
    agent.close()
    socket.close()
  })
  return { agent, candidate, nominated }
}

async function weriftAgent(controlling: boolean, options: Partial<IceOptions> = {}): Promise<Connection> {
  const peer = new Connection(controlling, {
    useIpv6: false,
    interfaceAddresses: { udp4: '127.0.0.1' },
    additionalHostAddresses: ['127.0.0.1'],
    ...options,
  })
  atEnd.push(() => peer.close())
  await peer.gatherCandidates()
  return peer
}

async function meet(own: Own, peer: Connection, controlling: boolean, lite: boolean): Promise<void> {
  const { ufrag, password } = own.agent.credentials
  peer.setRemoteParams({ iceLite: false, usernameFragment: ufrag, password })
  const { candidate } = own
  await peer.addRemoteCandidate(
    new Candidate('1', 1, 'udp', candidate.priority, candidate.address, candidate.port, 'host'),
  )
  await peer.addRemoteCandidate(undefined)
  const candidates = peer.localCandidates.map(
    (one): IceCandidate => ({
      foundation: one.foundation,
      component: one.component,
      transport: one.transport,
      priority: one.priority,
      address: one.host,
      port: one.port,
      type: 'host',
    }),
  )
  own.agent.start({ ufrag: peer.localUsername, password: peer.localPassword, candidates, lite }, controlling)
  await Promise.all([peer.connect(), own.nominated])
}

describe("werift's ICE agent", () => {
  test.each([
    ['controls', false, {}],
    ['is controlled', true, {}],
    ['is lite', true, { iceLite: true }],
  ] as const)(
    '%s and connects',
    async (_what, controlling, options) => {
      const own = await ownAgent()
      const peer = await weriftAgent(!controlling, options)
      await meet(own, peer, controlling, 'iceLite' in options)
      expect(own.agent.selected?.to.port).toBe(peer.nominated?.localCandidate.port)
      expect(peer.nominated?.remoteCandidate.port).toBe(own.candidate.port)
    },
    15_000,
  )
})
