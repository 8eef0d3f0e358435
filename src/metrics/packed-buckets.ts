import type { BucketList } from './bucket-list.js'

/** Values below it have a bucket each; above it, each doubling of a value has half as many buckets. */
const fineValues = 2048
const bucketsOfOctave = fineValues / 2
/** Seven bits an octet, the least significant first; the eighth says that more follow. */
const digitBits = 7
const digit = 1 << digitBits
/** Of two numbers of 32 bits. */
const longestPair = 10

/** Bits that an HDR histogram of three digits keeps beyond its smallest range. */
export const droppedBits = (count: number): number => Math.max(0, 21 - Math.clz32(count))

/** Puts the buckets that were packed into a list, instead of what it held. */
export function unpackBuckets(packed: Uint8Array, into: BucketList): void {
  let numbers = 0
  // Each number ends with the only octet of it that is below the digit.
  for (let at = 0; at < packed.length; at++) if ((packed[at] as number) < digit) numbers++
  into.begin(numbers >>> 1)
  reader.begin(packed)
  let bucket = -1
  for (let left = numbers >>> 1; left > 0; left--) {
    bucket += reader.next()
    into.push(lowestOf(bucket), reader.next())
  }
}

/** Numbers of few bits from few octets. */
class NumberReader {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0

  begin(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#at = 0
  }

  next(): number {
    let octet = this.#bytes[this.#at++] as number
    let number = octet & (digit - 1)
    for (let scale = digit; octet >= digit; scale *= digit) {
      octet = this.#bytes[this.#at++] as number
      number += (octet & (digit - 1)) * scale
    }
    return number
  }
}

const reader = new NumberReader()
let written = new Uint8Array(longestPair * 1024)

/** Two octets for most buckets instead of eight: how many buckets on it lies from the one before, and its count. */
export function packBuckets({ values, counts, length }: BucketList): Uint8Array {
  if (longestPair * length > written.length) written = new Uint8Array(2 * longestPair * length)
  let at = 0
  let before = -1
  for (let index = 0; index < length; index++) {
    const bucket = bucketOf(values[index] as number)
    at = writeNumber(bucket - before, at)
    at = writeNumber(counts[index] as number, at)
    before = bucket
  }
  return written.slice(0, at)
}

function writeNumber(number: number, at: number): number {
  let rest = number
  let place = at
  while (rest >= digit) {
    written[place++] = (rest & (digit - 1)) | digit
    rest = rest >>> digitBits
  }
  written[place++] = rest
  return place
}

/** The place of a bucket among all of them, by its lowest value. */
function bucketOf(value: number): number {
  const bits = droppedBits(value)
  return bits === 0 ? value : bits * bucketsOfOctave + (value >>> bits)
}

/** The lowest value of a bucket. */
function lowestOf(bucket: number): number {
  if (bucket < fineValues) return bucket
  const bits = Math.floor(bucket / bucketsOfOctave) - 1
  return ((bucket - bits * bucketsOfOctave) << bits) >>> 0
}
