import { afterEach, describe, expect, it } from 'vitest'
import { Phone } from '../../src/agent/phone.js'
import type { PhoneObserver } from '../../src/agent/phone-observer.js'
import type { PhoneProfile } from '../../src/agent/profile.js'
import { Stack } from '../../src/agent/stack.js'
import { Rng } from '../../src/base/rng.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { identity } from './bench.js'
import { type RegistrarServer, startRegistrar } from './registrar-server.js'

const leftovers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of leftovers.splice(0).reverse()) await end()
})

class Watcher implements PhoneObserver {
  connected = 0
  lost: string[] = []
  outcomes: boolean[] = []
  switches: string[] = []
  onIncoming(): boolean {
    return false
  }
  onTransferAsked(): undefined {
    return undefined
  }
  onTransferEnded(): void {}
  onRegistered(_phone: Phone, outcome: { readonly ok: boolean }): void {
    this.outcomes.push(outcome.ok)
  }
  onConnected(): void {
    this.connected++
  }
  onConnectionLost(_phone: Phone, reason: string): void {
    this.lost.push(reason)
  }
  onTargetSwitched(_phone: Phone, from: string, to: string): void {
    this.switches.push(`${from} to ${to}`)
  }
}

/** A registered phone over real sockets, its timers on virtual time. */
async function registered(transport: 'tcp' | 'ws', outboundFlows: number, second?: RegistrarServer) {
  const server = await startRegistrar(transport)
  leftovers.push(() => server.stop())
  const clock = new VirtualClock(1000)
  const stack = new Stack({
    clock,
    rng: new Rng(11),
    timers: timerValues(),
    guard: new TargetGuard([]),
    media: undefined,
    userAgent: 'test',
  })
  const profile: PhoneProfile = {
    group: 'phone',
    transport,
    expiresSeconds: 600,
    outboundFlows,
    media: 'none',
    srtpSuites: [],
    webrtc: undefined,
    codecs: ['PCMU'],
    answerOrder: 'offer',
    comfortNoise: false,
    ptimeMs: 20,
    audio: { kind: 'silence' },
    terminal: usualTerminal,
    marks: false,
    listening: 0,
    socket: 'phone',
    sourceAddresses: [],
    reliableProvisionals: 'no',
    sessionTimer: undefined,
    tls: undefined,
    ws: transport === 'ws' ? { path: undefined } : undefined,
    targets: [server, ...(second ? [second] : [])].map(({ address }, n) => ({
      name: n === 0 ? 'registrar' : 'second',
      address,
      host: '127.0.0.1',
      path: '/',
    })),
    connectTimeoutMs: 2000,
  }
  const watcher = new Watcher()
  const phone = new Phone(stack, profile, identity('1001'), 0, watcher)
  leftovers.push(async () => {
    await phone.close()
    stack.close()
  })
  expect(await phone.open()).toBeUndefined()
  expect(await phone.register()).toMatchObject({ ok: true })
  return { server, clock, phone, watcher }
}

/** Lets real input and output happen until `holds`, or fails the test. */
async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`it never came about that ${what}`)
}

const connections = (server: RegistrarServer, count: number): Promise<void> =>
  until(() => server.open === count, `${count} connections are open`)

describe.each(['tcp', 'ws'] as const)('a %s connection that is lost', (transport) => {
  it('is made again after a back-off, and the phone registers over it', async () => {
    const { server, clock, phone, watcher } = await registered(transport, 0)
    server.reset()
    await until(() => watcher.lost.length === 1, 'the loss is noticed')
    expect(phone.registered).toBe(false)
    expect(phone.connected).toBe(false)
    expect(server.registers).toHaveLength(1)
    await clock.advanceAsync(2_000)
    await until(() => phone.registered, 'the phone is registered again')
    expect(server.registers).toHaveLength(2)
    expect(server.registers[1]?.callId).toBe(server.registers[0]?.callId)
    expect(watcher).toMatchObject({ connected: 2, outcomes: [true, true] })
  })

  it('registers again later when the registrar refuses at first', async () => {
    const { server, clock, phone, watcher } = await registered(transport, 0)
    server.status = 500
    server.reset()
    await until(() => watcher.lost.length === 1, 'the loss is noticed')
    await clock.advanceAsync(2_000)
    await until(() => watcher.outcomes.length === 2, 'the registrar has refused')
    expect(watcher.outcomes).toEqual([true, false])
    server.status = 200
    await clock.advanceAsync(9_000)
    await until(() => phone.registered, 'the phone is registered again')
  })
})

async function withSecond(transport: 'tcp' | 'ws', outboundFlows: number) {
  const second = await startRegistrar(transport)
  leftovers.push(() => second.stop())
  return { ...(await registered(transport, outboundFlows, second)), second }
}

describe.each(['tcp', 'ws'] as const)('a %s phone with a second target', (transport) => {
  it('connects and registers there when its server is gone', async () => {
    const { server, second, clock, phone, watcher } = await withSecond(transport, 0)
    server.reset()
    await server.stop()
    await until(() => watcher.lost.length === 1, 'the loss is noticed')
    await clock.advanceAsync(1_000)
    await until(() => second.registers.length === 1 && phone.registered, 'it is registered at the second')
    expect(watcher.switches).toEqual(['registrar to second'])
  })

  it('leaves a server that does not answer its REGISTER, and one that answers 503', async () => {
    const { server, second, clock, phone, watcher } = await withSecond(transport, 0)
    server.status = 503
    void phone.register()
    await until(() => watcher.lost.length === 1, 'the connection is given up')
    await clock.advanceAsync(1_000)
    await until(() => second.registers.length === 1 && phone.registered, 'it is registered at the second')
    second.status = 0
    server.status = 200
    await clock.advanceAsync(30_000)
    void phone.register()
    await clock.advanceAsync(32_000)
    await until(() => watcher.lost.length === 2, 'the second connection is given up as well')
    await clock.advanceAsync(1_000)
    await until(() => phone.registered, 'it is registered again')
    expect(watcher.switches).toEqual(['registrar to second', 'second to registrar'])
  })
})

describe('a phone with two outbound flows (RFC 5626)', () => {
  it('registers each over a connection of its own, with one instance and two reg-ids', async () => {
    const { server } = await registered('tcp', 2)
    await connections(server, 2)
    const contacts = server.registers.map((register) => register.get('Contact') ?? '')
    expect(contacts.map((contact) => /reg-id=(\d)/.exec(contact)?.[1]).sort()).toEqual(['1', '2'])
    expect(new Set(contacts.map((contact) => /\+sip\.instance="([^"]+)"/.exec(contact)?.[1])).size).toBe(1)
    expect(server.registers.every((register) => register.list('Supported').includes('outbound'))).toBe(true)
  })

  it('leads them to different servers, and goes on over the other when one is gone', async () => {
    const { server, second, phone } = await withSecond('tcp', 2)
    expect([server.open, second.open]).toEqual([1, 1])
    expect(phone.flow?.target.name).toBe('registrar')
    server.reset()
    await until(() => phone.flow?.target.name === 'second', 'the other flow is used')
    expect(phone.registered).toBe(true)
  })

  it('keeps both alive within the registrar’s Flow-Timer', async () => {
    const { server, clock, phone } = await registered('tcp', 2)
    for (let round = 1; round <= 3; round++) {
      await clock.advanceAsync(10_000)
      await until(() => server.pings >= 2 * round, `${2 * round} keep-alives have come`)
      // The answers are on their way through real sockets while virtual time stands still.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(phone.connected).toBe(true)
    expect(server.registers).toHaveLength(2)
  })

  it('gives a flow up whose keep-alive is not answered within 10 s, and registers over a new one', async () => {
    const { server, clock, watcher } = await registered('tcp', 2)
    server.answersPings = false
    await clock.advanceAsync(10_000)
    await until(() => server.pings >= 2, 'the keep-alives have come')
    await clock.advanceAsync(10_000)
    await until(() => watcher.lost.length === 2, 'both flows are given up')
    server.answersPings = true
    await clock.advanceAsync(2_000)
    await until(() => server.registers.length === 4, 'both flows are registered again')
  })
})
