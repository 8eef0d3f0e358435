import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import type { ConformanceSettings } from '../../model/scenario.js'

/** What the worker that judges is started with. */
export type JudgeSettings = Pick<ConformanceSettings, 'profile' | 'knownDeviations'>

/** To the worker: packets as `PacketBatch` lays them out, or that there will be no more. */
export type ToJudge =
  | { readonly kind: 'packets'; readonly bytes: ArrayBuffer; readonly used: number; readonly missed: number }
  | { readonly kind: 'end' }

/** From the worker: so many bytes were judged, or everything. */
export type FromJudge =
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'judged'; readonly judged: JudgedTraffic }

const headerBytes = 16

/** IP packets in one piece of memory that changes hands between threads: time, length and whether TLS was around it. */
export class PacketBatch {
  readonly bytes: Buffer
  used = 0

  constructor(size: number) {
    this.bytes = Buffer.from(new ArrayBuffer(size))
  }

  /** False when there is no room. */
  add(atMs: number, packet: Buffer, clearTls: boolean): boolean {
    const { bytes, used } = this
    const next = used + headerBytes + packet.length
    if (next > bytes.length) return false
    bytes.writeDoubleLE(atMs, used)
    bytes.writeUInt32LE(packet.length, used + 8)
    bytes.writeUInt32LE(clearTls ? 1 : 0, used + 12)
    packet.copy(bytes, used + headerBytes)
    this.used = next
    return true
  }
}

/** Hands on the packets of a batch in order. */
export function readBatch(
  memory: ArrayBuffer,
  used: number,
  packet: (atMs: number, bytes: Buffer, clearTls: boolean) => void,
): void {
  const bytes = Buffer.from(memory, 0, used)
  for (let at = 0; at < used; ) {
    const start = at + headerBytes
    const end = start + bytes.readUInt32LE(at + 8)
    packet(bytes.readDoubleLE(at), bytes.subarray(start, end), bytes.readUInt32LE(at + 12) === 1)
    at = end
  }
}
