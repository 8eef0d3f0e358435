import { NativePacer } from './native-pacer.js'
import type { NativeRtp } from './native-rtp.js'
import { PacingWheel } from './pacing-wheel.js'
import type { RtpStream } from './rtp-stream.js'

/** Who sends what is due: the native part, where it is there and can, or the wheel of JavaScript. */
export class StreamPacing {
  readonly #wheel: PacingWheel
  readonly #native: NativePacer | undefined
  /** A tap sees what is sent before anybody else does: that takes a JavaScript that sends. */
  isTapped = false

  constructor(nowMs: number, native: NativeRtp | undefined) {
    this.#wheel = new PacingWheel(nowMs)
    this.#native = native && new NativePacer(native)
  }

  /** Settings are about to change: `place` must follow. */
  pause(stream: RtpStream): void {
    this.#native?.pause(stream)
  }

  /** The stream is sent by its settings of now, in the schedule of before where it `wasPaced`. */
  place(stream: RtpStream, wasPaced: boolean): void {
    const native = this.#native
    const isForNative = !this.isTapped && stream.isPlain && (native?.has(stream) || stream.outgoing.events.idle)
    if (native && isForNative) {
      this.#wheel.remove(stream)
      native.take(stream)
      if (!stream.paced || native.resume(stream, wasPaced)) return
    }
    native?.release(stream)
    if (!stream.paced) this.#wheel.remove(stream)
    else if (stream.wheelSlot < 0) this.#wheel.add(stream)
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

  /** Sends what is due on the wheel. */
  run(nowMs: number): void {
    this.#wheel.run(nowMs)
  }

  /** From time to time for each stream. */
  tend(stream: RtpStream): void {
    this.#native?.planMark(stream)
  }
}
