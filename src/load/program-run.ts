import type { Phone } from '../agent/phone.js'
import type { Session } from '../agent/session.js'
import type { Ending } from '../agent/session-observer.js'
import { type Clock, Timer, type TimerOwner } from '../base/clock.js'
import { RenderError } from '../base/errors.js'
import type { Rng } from '../base/rng.js'
import type { Instruction, Role } from '../model/instruction.js'
import type { Outcome } from '../model/outcome.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { runners } from './operations/registry.js'

/** What can wake the operation that waits. `status` is the SIP status where there is one. */
export type RunEvent = 'progress' | 'answered' | 'ended' | 'response' | 'dtmf' | 'timer' | 'message'

/** What a program acts on: the call it belongs to. */
export interface Party {
  readonly clock: Clock
  readonly rng: Rng
  /** Which leg the program speaks for. */
  readonly role: Role
  readonly variables: Record<string, string | number>
  sessionOf(role: Role): Session | undefined
  /** A phone of that group for this call, held until the call is over; waits when none is free. */
  withPhone(group: string, use: (phone: Phone) => void): void
  startCall(run: ProgramRun, instruction: Instruction & { op: 'call' }): void
  /** Why the limits of the scenario forbid calling the URI; undefined when they do not. */
  refusal(uri: string): string | undefined
  /** Runs `start` when the limit on calls per second allows one call more. */
  admitCall(start: () => void): void
  /** A final status that a request outside any call met, or that a raw conversation received. */
  noteStatus(status: number): void
  /** The program has ended; `outcome` is undefined when it ran through. */
  programEnded(run: ProgramRun, outcome: Outcome | undefined, reason: string): void
}

/** One walk through a compiled program. Operations are started one after the other; each advances or fails the run. */
export class ProgramRun implements TimerOwner {
  readonly party: Party
  readonly program: readonly Instruction[]
  readonly timer: Timer
  /** When an operation that looks at intervals gives up, by the party's clock. */
  deadlineMs = 0
  /** Set by operations that wait for a response of their own. */
  finished = false
  /** How the caller's session ended, once it has. */
  ending: Ending | undefined
  #position = -1
  #looping = false
  #rounds: Map<string, number> | undefined
  #ready = false

  constructor(party: Party, program: readonly Instruction[]) {
    this.party = party
    this.program = program
    this.timer = new Timer(this, 'step')
  }

  /** How often each repeated part has begun, by its name; most programs repeat nothing. */
  get rounds(): Map<string, number> {
    this.#rounds ??= new Map()
    return this.#rounds
  }

  get current(): Instruction | undefined {
    return this.program[this.#position]
  }

  start(): void {
    this.advance()
  }

  /** Goes on with the next instruction; safe to call from within an operation's start. */
  advance(): void {
    this.goTo(this.#position + 1)
  }

  goTo(position: number): void {
    if (this.finished) return
    this.party.clock.disarm(this.timer)
    this.#position = position
    this.#ready = true
    if (this.#looping) return
    this.#looping = true
    while (this.#ready && !this.finished) {
      this.#ready = false
      const instruction = this.program[this.#position]
      if (instruction) this.#begin(instruction)
      else this.finish(undefined, '')
    }
    this.#looping = false
  }

  #begin(instruction: Instruction): void {
    try {
      runners[instruction.op].start(this, instruction as never)
    } catch (error) {
      this.failed(error)
    }
  }

  /** A text that has no value ends this call and no other; anything else is a bug. */
  failed(error: unknown): void {
    if (!(error instanceof RenderError)) throw error
    this.finish('unexpected', error.message)
  }

  waitMs(delayMs: number): void {
    this.party.clock.arm(this.timer, delayMs)
  }

  onTimer(): void {
    this.event('timer', 0, undefined, undefined)
  }

  /** Hands an event to the waiting operation. */
  event(kind: RunEvent, status: number, session: Session | undefined, message: SipMessage | undefined): void {
    if (this.finished) return
    const instruction = this.current
    if (!instruction) return
    const runner = runners[instruction.op]
    try {
      if (runner.event?.(this, instruction as never, kind, status, session, message)) return
    } catch (error) {
      this.failed(error)
      return
    }
    if (kind === 'ended' && session?.role === this.party.role) this.#endedEarly()
  }

  /** The session went away under an operation that did not expect it. */
  #endedEarly(): void {
    const ending = this.ending
    const instruction = this.current
    const during = instruction ? ` during "${instruction.op}"` : ''
    if (ending && ending.outcome !== 'completed') {
      this.finish(ending.outcome, ending.reason || `the call ended${during}`)
      return
    }
    const who = ending?.by === 'local' ? 'the call ended' : 'the far side hung up'
    this.finish('dropped', ending?.reason || `${who}${during}`)
  }

  finish(outcome: Outcome | undefined, reason: string): void {
    if (this.finished) return
    this.finished = true
    this.party.clock.disarm(this.timer)
    this.party.programEnded(this, outcome, reason)
  }
}
