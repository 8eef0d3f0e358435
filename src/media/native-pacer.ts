import { register } from '../native/rtp-addon.js'
import { eventOf } from './codec/telephone-event.js'
import type { NativeRtp } from './native-rtp.js'
import type { NativeSocket } from './native-socket.js'
import type { RtpStream } from './rtp-stream.js'
import type { AudioTrack } from './source/audio-track.js'
import type { StreamHandle } from './stream-port.js'

/** What is known of a stream that the native part sends. */
interface PacedRow {
  isSending: boolean
  /** Marks that were told to its speaker. */
  marks: number
  /** When the last mark that was handed over ends, and when the next one may begin. */
  markEndMs: number
  nextMarkMs: number
  /** DTMF that was handed over last. */
  digits: string
  toneMs: number
  pauseMs: number
}

/**
 * Streams that the native part sends by itself: JavaScript hands over loops of payloads once, marks ahead of their time,
 * and settings and keys where they change.
 */
export class NativePacer {
  readonly #rtp: NativeRtp
  readonly #rows = new Map<StreamHandle, PacedRow>()
  readonly #tracks = new Map<readonly Uint8Array[], number>()

  constructor(rtp: NativeRtp) {
    this.#rtp = rtp
  }

  has({ handle }: RtpStream): boolean {
    return this.#rows.has(handle)
  }

  /** The stream is this one's from here on; it sends when `resume` says so. */
  take({ handle }: RtpStream): void {
    if (this.#rows.has(handle)) return
    const { engine, memory } = this.#rtp
    engine.begin(handle)
    memory.marksSent[handle] = 0
    memory.spokenFromMs[handle] = Number.NaN
    memory.spokenToMs[handle] = Number.NaN
    const row = { isSending: false, marks: 0, markEndMs: 0, nextMarkMs: 0, digits: '', toneMs: 0, pauseMs: 0 }
    this.#rows.set(handle, row)
  }

  /** Sends no more until `resume`; the stream knows where it stands. */
  pause(stream: RtpStream): void {
    const row = this.#rows.get(stream.handle)
    if (!row?.isSending) return
    row.isSending = false
    const { engine, memory } = this.#rtp
    engine.stop(stream.handle)
    this.show()
    const { registers } = memory
    const at = (place: number): number => registers[place] ?? 0
    stream.outgoing.position = {
      sequence: at(register.sequence),
      timestamp: at(register.timestamp),
      timestampTick: at(register.timestampTick),
      marker: at(register.marker) !== 0,
    }
    stream.dueTick = at(register.dueTick)
    this.settle(stream)
  }

  /**
   * Sends by the settings of now, in the schedule of before where `keepsSchedule`; false where the remote address is
   * none.
   */
  resume(stream: RtpStream, keepsSchedule: boolean): boolean {
    const { handle, settings, outgoing } = stream
    const row = this.#rows.get(handle)
    const { remote } = settings
    if (!row || !remote) return false
    const { registers } = this.#rtp.memory
    const { sequence, timestamp, timestampTick, marker } = outgoing.position
    registers[register.ssrc] = settings.ssrc
    registers[register.payloadType] = settings.payloadType
    registers[register.eventPayloadType] = settings.telephoneEventPayloadType ?? -1
    registers[register.sequence] = sequence
    registers[register.marker] = marker ? 1 : 0
    registers[register.timestamp] = timestamp
    registers[register.timestampTick] = timestampTick
    registers[register.unitsPerMs] = outgoing.unitsPerMs
    registers[register.startTick] = Math.ceil(settings.startMs)
    registers[register.periodMs] = stream.periodMs
    registers[register.track] = this.#trackNumber(outgoing.track)
    registers[register.firstFrame] = outgoing.track.place
    registers[register.dueTick] = keepsSchedule ? stream.dueTick : 0
    const { number } = stream.pair.rtp as NativeSocket
    const { host, port } = remote
    const { sendHandle } = stream.security
    row.isSending = this.#rtp.engine.start(handle, number, host, port, host.includes(':'), sendHandle) >= 0
    this.planMark(stream)
    return row.isSending
  }

  /** The tap sees what has been sent so far. */
  show(): void {
    this.#rtp.drainSent()
  }

  /** JavaScript sends the stream itself from here on, with the digits that have not begun. */
  release(stream: RtpStream): void {
    const row = this.#rows.get(stream.handle)
    if (!row) return
    this.pause(stream)
    const left = this.#rtp.engine.clearEvents(stream.handle)
    if (left > 0) stream.outgoing.events.push(row.digits.slice(-left), row.toneMs, row.pauseMs)
    this.#rows.delete(stream.handle)
  }

  dtmf({ handle }: RtpStream, digits: string, toneMs: number, pauseMs: number): void {
    const row = this.#rows.get(handle)
    if (!row) return
    Object.assign(row, { toneMs, pauseMs })
    for (const digit of digits) {
      const event = eventOf(digit)
      if (event === undefined) continue
      row.digits += digit
      this.#rtp.engine.pushEvent(handle, event, Math.max(1, toneMs), pauseMs)
    }
  }

  /** Hands the next mark over where there is none: it begins at a tick that is due, or not at all. */
  planMark(stream: RtpStream): void {
    const { marks } = stream.outgoing.track
    const row = this.#rows.get(stream.handle)
    if (!marks || !row?.isSending) return
    const dueMs = this.#rtp.engine.markTick(stream.handle)
    if (dueMs === 0) return
    if (this.#tellMarks(stream, row)) row.nextMarkMs = row.markEndMs + marks.pauseMs()
    const { periodMs, settings } = stream
    const earliestMs = Math.max(row.nextMarkMs, settings.startMs)
    const startMs = dueMs + Math.max(0, Math.ceil((earliestMs - dueMs) / periodMs)) * periodMs
    const { bytes, lengths } = marks.whole(startMs)
    row.markEndMs = startMs + lengths.length * periodMs
    this.#rtp.engine.mark(stream.handle, startMs, bytes, lengths)
  }

  /** Tells the speaker of the stream what it has said so far. */
  settle(stream: RtpStream): void {
    const row = this.#rows.get(stream.handle)
    const { speaker, handle } = stream
    if (!row || !speaker || !stream.outgoing.track.marks) return
    this.#tellMarks(stream, row)
    const { spokenFromMs, spokenToMs } = this.#rtp.memory
    const [from = Number.NaN, to = Number.NaN] = [spokenFromMs[handle], spokenToMs[handle]]
    if (Number.isNaN(from)) return
    speaker.firstMs ??= from
    speaker.lastMs = Math.max(speaker.lastMs ?? to, to)
  }

  /** Whether a mark has been sent whole since the last time. */
  #tellMarks({ handle, speaker }: RtpStream, row: PacedRow): boolean {
    const marks = this.#rtp.memory.marksSent[handle] ?? 0
    const more = marks - row.marks
    row.marks = marks
    if (speaker) speaker.marks += more
    return more > 0
  }

  /** Loops are shared: each is handed over once. */
  #trackNumber({ frames }: AudioTrack): number {
    const known = this.#tracks.get(frames)
    if (known !== undefined) return known
    const lengths = Uint32Array.from(frames, ({ length }) => length)
    const number = this.#rtp.engine.addTrack(Buffer.concat(frames), lengths)
    this.#tracks.set(frames, number)
    return number
  }
}
