import type { Phone } from '../../src/agent/phone.js'
import { Stack } from '../../src/agent/stack.js'
import { Rng } from '../../src/base/rng.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import { Driver, type LoadObserver } from '../../src/load/driver.js'
import { buildPhones, turnsOf } from '../../src/load/phones.js'
import { type Shard, wholeRun } from '../../src/load/shard.js'
import type { CallRecord } from '../../src/model/record.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { parseUri } from '../../src/sip/message/uri.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { MemoryChannel } from '../agent/bench.js'
import { scenarioOf } from '../scenario/reading-aid.js'

/** Two groups of phones without media that do not register; `callee` does what is given when called. */
export const twoGroups = (callers: number, callees: number, whenCalled = '[answer]', more = ''): string => `
agents:
  caller: { count: ${callers}, identity: "sip:\${100 + n}@lab.test", register: false, media: none ${more} }
  callee:
    count: ${callees}
    identity: sip:\${200 + n}@lab.test
    register: false
    media: none
    when called: ${whenCalled}
`

/** A load on virtual time: real phones, each reached under its number or its address, and no socket. */
export class LoadBench implements LoadObserver {
  readonly clock = new VirtualClock(1000)
  readonly driver: Driver
  readonly records: CallRecord[] = []
  readonly phones = new Map<string, Phone>()
  /** INVITEs as they were sent: when, and from whom. */
  readonly invites: { readonly atMs: number; readonly message: SipMessage }[] = []
  readonly sent: SipMessage[] = []
  /** Calls in progress at most, by the driver's count. */
  mostInProgress = 0
  attempts = 0
  over = false
  /** Whatever is sent is lost. */
  away = false
  readonly #hear = new Map<string, (from: MemoryChannel, bytes: Uint8Array) => void>()

  constructor(text: string, options: { readonly expects?: string; readonly shard?: Shard } = {}) {
    const { shard = wholeRun } = options
    const expects = options.expects ?? 'expect: [session.ser == 100%]'
    const scenario = scenarioOf(`version: 1\ngateway: udp://127.0.0.9:5060\n${text}\n${expects}\n`)
    this.driver = new Driver(scenario, this.clock, new Rng(scenario.seed, 'load'), this, shard)
    const stack = new Stack({
      clock: this.clock,
      rng: new Rng(1, 'stack'),
      timers: timerValues(),
      guard: new TargetGuard([]),
      media: undefined,
      userAgent: 'bench',
    })
    const address = { host: '127.0.0.9', port: 5060 }
    const targets = [{ name: 'gateway', address, host: '127.0.0.9', path: '/' }]
    let next = 1
    for (const group of scenario.groups) {
      const where = { targets, sourceAddresses: [], ca: undefined, keyLog: undefined }
      const phones = buildPhones(stack, group, scenario.inputs, where, this.driver, shard)
      for (const phone of phones) this.#connect(stack, phone, `10.0.0.${next++}`)
      this.driver.pools.add(group.name, turnsOf(phones, group, shard))
    }
  }

  /** Runs until the load is over; fails when that takes longer than `limitMs`. */
  async run(limitMs = 60_000): Promise<void> {
    this.start()
    for (let passedMs = 0; passedMs < limitMs && !this.over; passedMs += 50) await this.pass(50)
    if (!this.over) throw new Error(`the load is not over after ${limitMs} ms: ${this.driver.inProgress} in progress`)
  }

  start(): void {
    void this.driver.run().then(() => {
      this.over = true
    })
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms)
    this.mostInProgress = Math.max(this.mostInProgress, this.driver.inProgress)
  }

  #connect(stack: Stack, phone: Phone, host: string): void {
    const channel = new MemoryChannel(this.clock, { host, port: 5060 })
    const flow = phone.flows[0]
    if (!flow) throw new Error('the phone has no flow')
    flow.share(channel)
    stack.own(channel, flow)
    this.phones.set(phone.name, phone)
    const hear = (from: MemoryChannel, bytes: Uint8Array): void =>
      stack.onMessage(channel, from.local, bytes, this.clock.nowMs())
    this.#hear.set(phone.name, hear)
    this.#hear.set(host, hear)
    channel.connect((bytes) => this.#carry(channel, bytes))
  }

  #carry(from: MemoryChannel, bytes: Uint8Array): void {
    if (this.away) return
    const message = SipMessage.parse(bytes)
    this.sent.push(message)
    if (message.method === 'INVITE' && message.toTag === '') this.invites.push({ atMs: this.clock.nowMs(), message })
    const uri = message.isRequest ? parseUri(message.requestUri) : undefined
    const place = message.isRequest ? uri?.host : message.topVia.host
    const hear = this.#hear.get(place ?? '') ?? this.#hear.get(uri?.user ?? '')
    hear?.(from, bytes)
  }

  call(record: CallRecord): void {
    this.records.push(record)
  }
  attempt(): void {
    this.attempts++
  }
  established(): void {}
  lag(): void {}
  registration(): void {}
  connected(): void {}
  connectionLost(): void {}
  targetSwitched(): void {}
}
