import type { Clock } from '../base/clock.js'
import { NativePacer } from './native-pacer.js'
import type { NativeRtp } from './native-rtp.js'
import { PacingWheel } from './pacing-wheel.js'
import type { RtpStream } from './rtp-stream.js'

/** Who sends what is due: the native part, where it is there and can, or the wheel of JavaScript. */
export class StreamPacing {
  readonly #clock: Clock
  readonly #wheel: PacingWheel
  readonly #native: NativePacer | undefined

  constructor(clock: Clock, native: NativeRtp | undefined) {
    this.#clock = clock
    this.#wheel = new PacingWheel(clock.nowMs())
    this.#native = native && new NativePacer(native)
  }

  /** The stream is sent by what `change` makes of it; one that was sent before goes on in schedule and sequence. */
  place(stream: RtpStream, change: () => void): void {
    const wasPaced = stream.paced
    this.#native?.pause(stream)
    change()
    if (stream.paced && !wasPaced) stream.outgoing.markTalkspurt()
    const native = this.#native
    const isForNative = stream.isForThreads && (native?.has(stream) || stream.outgoing.events.idle)
    if (native && isForNative) {
      this.#wheel.remove(stream)
      native.take(stream)
      if (!stream.paced || native.resume(stream, wasPaced)) return
    }
    native?.release(stream)
    if (!stream.paced) this.#wheel.remove(stream)
    else if (stream.wheelSlot < 0) this.#addToWheel(stream)
  }

  /** It is sent no more. */
  remove(stream: RtpStream): void {
    this.#wheel.remove(stream)
    this.#native?.release(stream)
  }

  dtmf(stream: RtpStream, digits: string, toneMs: number, pauseMs: number): void {
    if (this.#native?.has(stream)) this.#native.dtmf(stream, digits, toneMs, pauseMs)
    else stream.outgoing.events.push(digits, toneMs, pauseMs)
  }

  /** The stream's own view of what it has said is that of now. */
  settle(stream: RtpStream): void {
    this.#native?.settle(stream)
  }

  /** Whether JavaScript sends anything: `run` must be called every millisecond then. */
  get isPacing(): boolean {
    return this.#wheel.count > 0
  }

  /** Sends what is due on the wheel, and shows the tap what others have sent. */
  run(): void {
    this.#wheel.run(this.#clock.nowMs())
    this.#native?.show()
  }

  /** From time to time for each stream. */
  tend(stream: RtpStream): void {
    this.#native?.planMark(stream)
  }

  /** A wheel that was empty has not been run for a while. */
  #addToWheel(stream: RtpStream): void {
    if (!this.isPacing) this.run()
    this.#wheel.add(stream)
  }
}
