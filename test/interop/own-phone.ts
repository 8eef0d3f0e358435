import { Exchange } from '../../src/agent/exchange.js'
import { Phone } from '../../src/agent/phone.js'
import type { PhoneProfile } from '../../src/agent/profile.js'
import type { Session } from '../../src/agent/session.js'
import type { Ending } from '../../src/agent/session-observer.js'
import { Stack } from '../../src/agent/stack.js'
import type { Clock, Timer } from '../../src/base/clock.js'
import { Rng } from '../../src/base/rng.js'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { usualTerminal } from '../../src/model/terminal.js'
import { timerValues } from '../../src/sip/transaction/timers.js'
import { TargetGuard } from '../../src/transport/guard.js'
import { isTransportFailure } from '../../src/transport/transport.js'

/** Real time that passes faster, so that the 90 s which a session timer is at least can be lived through. */
class FastClock implements Clock {
  readonly #real = new WheelClock()
  readonly #factor: number

  constructor(factor: number) {
    this.#factor = factor
  }

  nowMs(): number {
    return this.#real.nowMs() * this.#factor
  }

  arm(timer: Timer, delayMs: number): void {
    this.#real.arm(timer, delayMs / this.#factor)
  }

  disarm(timer: Timer): void {
    this.#real.disarm(timer)
  }
}

const profile: PhoneProfile = {
  group: 'phone',
  transport: 'udp',
  expiresSeconds: undefined,
  outboundFlows: 0,
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
  socket: 'group',
  sourceAddresses: [],
  reliableProvisionals: 'no',
  sessionTimer: undefined,
  tls: undefined,
  ws: undefined,
  targets: [],
  connectTimeoutMs: 1000,
}

/** A phone in this process that takes one call on 127.0.0.1, its time `factor` times as fast as that of its peer. */
export async function answerOneCall(
  port: number,
  factor: number,
  settings: Partial<PhoneProfile> = {},
): Promise<{ ending: Promise<Ending>; close(): Promise<void> }> {
  const clock = new FastClock(factor)
  const stack = new Stack({
    clock,
    rng: new Rng(1, 'phone'),
    timers: timerValues({ t1Ms: 500 * factor, t2Ms: 4000 * factor, t4Ms: 5000 * factor }),
    guard: new TargetGuard([]),
    media: undefined,
    userAgent: 'siploadgen',
  })
  let ended: (ending: Ending) => void = () => {}
  const ending = new Promise<Ending>((resolve) => {
    ended = resolve
  })
  const own = { ...profile, ...settings }
  const phone = new Phone(stack, own, identity, 0, observing(ended))
  const exchange = new Exchange(stack)
  exchange.add([phone])
  const listener = await exchange.open(own, { host: '127.0.0.1', port }, undefined)
  if (isTransportFailure(listener)) throw new Error(listener.text)
  const close = async (): Promise<void> => {
    await exchange.close()
    stack.close()
  }
  return { ending, close }
}

const identity = {
  aor: 'sip:alice@sipp.test',
  user: 'alice',
  domain: 'sipp.test',
  displayName: '',
  authUser: 'alice',
  password: '',
  headerLines: '',
  variables: {},
}

function observing(ended: (ending: Ending) => void) {
  return {
    onIncoming(_phone: Phone, session: Session): boolean {
      session.observer = {
        onProgress() {},
        onAnswered() {},
        onEnded: (_session, ending) => ended(ending),
        onDtmf() {},
        onTrace() {},
      }
      session.ring(180, false)
      session.answer()
      return true
    },
    onTransferAsked: () => 'not in this test',
    onTransferEnded() {},
    onRegistered() {},
    onConnected() {},
    onConnectionLost() {},
  }
}
