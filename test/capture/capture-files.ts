import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CapturedMessage, CaptureEvent, CaptureSummary } from '../../src/capture/captured-message.js'
import { linkType } from '../../src/capture/captured-packet.js'
import { type ReadOptions, readCapture } from '../../src/capture/read-capture.js'
import { enhancedPacket, interfaceDescription, sectionHeader } from '../../src/capture/write/pcapng-blocks.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

/** A frame to be put into a file. */
export interface Frame {
  readonly bytes: Buffer
  /** Milliseconds since 1970; frames without follow each other by 1 ms. */
  readonly atMs?: number
  readonly originalLength?: number
}

export interface PcapKind {
  readonly order: 'little' | 'big'
  readonly nanoseconds: boolean
}

export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

const timeOf = (frame: Frame, index: number): number => frame.atMs ?? startMs + index

const ethernetHeader = Buffer.from('0200000000020200000000010800', 'hex')

/** An IP packet in an Ethernet frame, behind the VLAN tags given as hexadecimal (`8100000a`). */
export function ethernet(packet: Buffer, tags = ''): Buffer {
  const header = Buffer.from(ethernetHeader)
  header.writeUInt16BE(packet[0]! >> 4 === 6 ? 0x86dd : 0x0800, 12)
  return Buffer.concat([header.subarray(0, 12), Buffer.from(tags, 'hex'), header.subarray(12), packet])
}

/** A classic pcap file, written independently of the product. */
export function pcapBytes(
  frames: readonly Frame[],
  link: number = linkType.ethernet,
  kind: PcapKind = { order: 'little', nanoseconds: false },
): Buffer {
  const u32 = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length)
    for (const [index, value] of values.entries()) {
      if (kind.order === 'little') bytes.writeUInt32LE(value, 4 * index)
      else bytes.writeUInt32BE(value, 4 * index)
    }
    return bytes
  }
  const version = kind.order === 'little' ? 0x0004_0002 : 0x0002_0004
  const head = u32(kind.nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4, version, 0, 0, 262_144, link)
  const records = frames.flatMap((frame, index) => {
    const atMs = timeOf(frame, index)
    const seconds = Math.floor(atMs / 1000)
    const fraction = Math.round((atMs - seconds * 1000) * (kind.nanoseconds ? 1e6 : 1e3))
    const length = frame.bytes.length
    return [u32(seconds, fraction, length, frame.originalLength ?? length), frame.bytes]
  })
  return Buffer.concat([head, ...records])
}

/** A pcapng file of one section and one interface. */
export const pcapngBytes = (frames: readonly Frame[], link: number = linkType.ethernet): Buffer =>
  Buffer.concat([
    sectionHeader('test', 'test'),
    interfaceDescription(link, 'test0', 'test'),
    ...frames.map((frame, index) => enhancedPacket(0, timeOf(frame, index), frame.bytes, frame.originalLength)),
  ])

export function writeCapture(bytes: Buffer, name = 'capture'): string {
  const file = join(temporaryFolder('capture-file'), name)
  writeFileSync(file, bytes)
  return file
}

export interface Read {
  readonly events: readonly CaptureEvent[]
  readonly messages: readonly CapturedMessage[]
  readonly summary: CaptureSummary
}

/** Everything that a file of these bytes holds. */
export async function readBytes(bytes: Buffer, options: ReadOptions = {}): Promise<Read> {
  return readFile(writeCapture(bytes), options)
}

export async function readFile(file: string, options: ReadOptions = {}): Promise<Read> {
  const events: CaptureEvent[] = []
  const summary = await readCapture(file, options, (event) => events.push(event))
  return { events, messages: events.filter((event) => event.kind === 'message'), summary }
}

export const texts = ({ messages }: Read): string[] => messages.map(({ bytes }) => bytes.toString('latin1'))

export const firstLines = (read: Read): string[] => texts(read).map((text) => text.split('\r\n')[0] ?? '')
