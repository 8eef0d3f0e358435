import { Rng } from '../../src/base/rng.js'
import { readPackets } from '../../src/capture/file/read-packets.js'
import type { Frame } from '../capture/capture-files.js'

const ethernetBytes = 14
const ipv4Type = 0x0800
const tcpProtocol = 6
const pushAndFinish = 0x09

/** Frames of a capture in Ethernet. */
export async function framesOfFile(file: string): Promise<Frame[]> {
  const frames: Frame[] = []
  const take = ({ bytes, start, end, atMs }: { bytes: Buffer; start: number; end: number; atMs: number }): void => {
    frames.push({ bytes: Buffer.from(bytes.subarray(start, end)), atMs })
  }
  await readPackets(file, take, { onDrop: () => {}, onTlsSecrets: () => {} })
  return frames
}

/** Every TCP segment with payload in up to four, some of them in the wrong order. */
export function resegmented(frames: readonly Frame[], seed: number): Frame[] {
  const rng = new Rng(seed)
  return frames.flatMap((frame) => {
    const payloadAt = tcpPayloadAt(frame.bytes)
    const octets = payloadAt === undefined ? 0 : frame.bytes.length - payloadAt
    if (payloadAt === undefined || octets < 4) return [frame]
    const cuts = [rng, rng, rng].map((random) => 1 + Math.floor(random.next() * (octets - 1)))
    const borders = [...new Set([0, ...cuts, octets])].sort((a, b) => a - b)
    const pieces = borders.slice(1).map((to, n) => ({
      ...frame,
      bytes: segment(frame.bytes, payloadAt, borders[n] ?? 0, to, to === octets),
    }))
    // The last stays last: it may close the connection.
    return rng.next() < 0.2 ? [...pieces.slice(0, -1).reverse(), ...pieces.slice(-1)] : pieces
  })
}

/** Where the octets of a TCP segment begin; undefined where the frame is none, or not in IPv4. */
function tcpPayloadAt(bytes: Buffer): number | undefined {
  if (bytes.readUInt16BE(12) !== ipv4Type || bytes[ethernetBytes + 9] !== tcpProtocol) return undefined
  const tcpAt = ethernetBytes + (bytes[ethernetBytes]! & 15) * 4
  return tcpAt + (bytes[tcpAt + 12]! >> 4) * 4
}

/** The octets `from` to `to` of a segment as one of their own. */
function segment(bytes: Buffer, payloadAt: number, from: number, to: number, isLast: boolean): Buffer {
  const piece = Buffer.concat([bytes.subarray(0, payloadAt), bytes.subarray(payloadAt + from, payloadAt + to)])
  const tcpAt = ethernetBytes + (bytes[ethernetBytes]! & 15) * 4
  piece.writeUInt16BE(piece.length - ethernetBytes, ethernetBytes + 2)
  piece.writeUInt32BE((bytes.readUInt32BE(tcpAt + 4) + from) >>> 0, tcpAt + 4)
  if (!isLast) piece[tcpAt + 13]! &= ~pushAndFinish
  return piece
}

/** Behind VLAN tags, given as hexadecimal. */
export const tagged = (frames: readonly Frame[], tags: string): Frame[] =>
  frames.map(({ bytes, ...rest }) => ({
    ...rest,
    bytes: Buffer.concat([bytes.subarray(0, 12), Buffer.from(tags, 'hex'), bytes.subarray(12)]),
  }))

/** A share of the frames twice, as a mirror port has them. */
export function doubled(frames: readonly Frame[], share: number, seed: number): Frame[] {
  const rng = new Rng(seed)
  return frames.flatMap((frame) =>
    rng.next() < share ? [frame, { ...frame, atMs: (frame.atMs ?? 0) + 0.01 }] : [frame],
  )
}

export function dropped(frames: readonly Frame[], share: number, seed: number): Frame[] {
  const rng = new Rng(seed)
  return frames.filter(() => rng.next() >= share)
}
