import type { Clock } from '../base/clock.js'
import type { Rng } from '../base/rng.js'
import type { Address } from '../model/address.js'
import { type ExtendedReports, noExtendedReports } from '../model/extended-reports.js'
import { type JitterBufferSettings, type Terminal, usualTerminal } from '../model/terminal.js'
import { canonicalAddress } from './canonical-address.js'
import type { Speaker } from './mark/speaker.js'
import type { PacketPool } from './packet-pool.js'
import type { Reception } from './reception.js'
import type { RecordingBudget } from './recording/packet-keeper.js'
import type { SendLag } from './send-lag.js'
import type { AudioTrack } from './source/audio-track.js'
import type { StreamPlace } from './stream-place.js'
import type { PacketTap, StreamHandle, StreamSpec } from './stream-port.js'
import type { SecurityHost } from './stream-security.js'

/** What all streams of a port share. */
export interface StreamHost extends SecurityHost {
  readonly clock: Clock
  /** Whole milliseconds to add to clock time for wall-clock time. */
  readonly wallOffsetMs: number
  readonly sendLag: SendLag
  readonly packets: PacketPool
  /** Undefined: nothing is recorded. */
  readonly recording: RecordingBudget | undefined
  readonly rtcpIntervalMs: number
  tap: PacketTap | undefined
  /** Counts what the stream of a row receives from here on. */
  openReception(row: StreamHandle, clockRate: number, ptimeMs: number, jitterBuffer: JitterBufferSettings): Reception
  /** What is sent goes there from now on. */
  moveRemote(handle: StreamHandle, remote: Address): void
}

/** What a stream is made of. */
export interface StreamParts {
  readonly handle: StreamHandle
  readonly settings: StreamSettings
  readonly pair: StreamPlace
  readonly track: AudioTrack
  /** Draws what must be random about its packets (RFC 3550 5.1). */
  readonly rng: Rng
  /** Whom the marks in its audio name; undefined: it has none. */
  readonly speaker: Speaker | undefined
}

export type StreamSettings = { -readonly [Name in keyof StreamSpec]: StreamSpec[Name] } & {
  receiving: boolean
  terminal: Terminal
  extendedReports: ExtendedReports
}

/** What was asked for, with what is usual where nothing was; a stream over WebRTC waits for its keys. */
export const settingsOf = (spec: StreamSpec, awaitsKeys: boolean): StreamSettings =>
  // A spread object with more added to it would have a hidden class of its own, for each stream.
  Object.assign({}, spec, {
    receiving: true,
    remote: spec.remote && canonicalAddress(spec.remote),
    keys: awaitsKeys ? ('awaited' as const) : spec.keys,
    terminal: spec.terminal ?? usualTerminal,
    extendedReports: spec.extendedReports ?? noExtendedReports,
  })
