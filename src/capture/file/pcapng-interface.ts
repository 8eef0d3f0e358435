import { u16be, u16le, u32be, u32le } from '../octet-numbers.js'
import { TimeResolution } from './time-resolution.js'

/** Numbers of draft-ietf-opsawg-pcapng; the comment option is the same in all blocks. */
export const optionCode = {
  end: 0,
  comment: 1,
  ifName: 2,
  ifTsresol: 9,
  ifTsoffset: 14,
  epbDropCount: 4,
  isbIfDrop: 5,
  isbOsDrop: 7,
} as const

/** Name of the interface on which our own captures hold in clear what travelled in TLS. */
export const clearTlsInterface = 'tls-in-clear'

/** An interface of one section. */
export interface PcapngInterface {
  readonly index: number
  readonly linkType: number
  /** 0 for no limit. */
  readonly snapLength: number
  readonly time: TimeResolution
  /** TCP connections on it travelled in TLS and are here in clear. */
  readonly clearTls: boolean
  /** Drops that its statistics blocks have told so far: those count from the start. */
  dropsTold: number
}

/** Reads numbers in the byte order of the section. */
export interface Order {
  u16(bytes: Buffer, at: number): number
  u32(bytes: Buffer, at: number): number
}

export const littleEndian: Order = { u16: u16le, u32: u32le }
export const bigEndian: Order = { u16: u16be, u32: u32be }

const microseconds = 6

/** Value of the first option with the code; options that leave the block end the list. */
export function findOption(block: Buffer, from: number, end: number, code: number, order: Order): Buffer | undefined {
  let at = from
  while (at + 4 <= end) {
    const length = order.u16(block, at + 2)
    const found = order.u16(block, at)
    if (found === optionCode.end || at + 4 + length > end) return undefined
    if (found === code) return block.subarray(at + 4, at + 4 + length)
    at += 4 + ((length + 3) & ~3)
  }
  return undefined
}

/** A 64-bit option as a number; undefined when it is absent or of another size. */
export function optionU64(block: Buffer, from: number, end: number, code: number, order: Order): number | undefined {
  const value = findOption(block, from, end, code, order)
  if (value?.length !== 8) return undefined
  const [first, second] = [order.u32(value, 0), order.u32(value, 4)]
  return order === littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second
}

/** An Interface Description Block without its frame; `undefined` when it is too short. */
export function readInterface(block: Buffer, end: number, index: number, order: Order): PcapngInterface | undefined {
  if (end < 16) return undefined
  const resolution = findOption(block, 16, end, optionCode.ifTsresol, order)?.[0] ?? microseconds
  const name = findOption(block, 16, end, optionCode.ifName, order)?.toString('latin1')
  const offset = optionU64(block, 16, end, optionCode.ifTsoffset, order) ?? 0
  return {
    index,
    linkType: order.u16(block, 8),
    snapLength: order.u32(block, 12),
    time: new TimeResolution(resolution, offset > 2 ** 63 ? offset - 2 ** 64 : offset),
    clearTls: name === clearTlsInterface,
    dropsTold: 0,
  }
}
