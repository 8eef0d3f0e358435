/** The buckets of a histogram that are in use: the lowest value of each, in rising order, and how often it occurred. */
export interface Buckets {
  readonly values: Uint32Array
  readonly counts: Uint32Array
}

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

/** Memory that buckets are unpacked into or put together in, over and over. */
export class BucketMemory {
  #values = new Uint32Array(1024)
  #counts = new Uint32Array(1024)

  /** Room for so many; what was taken before is void. */
  take(length: number): Buckets {
    if (length > this.#values.length) {
      this.#values = new Uint32Array(2 * length)
      this.#counts = new Uint32Array(2 * length)
    }
    return { values: this.#values.subarray(0, length), counts: this.#counts.subarray(0, length) }
  }

  unpack(packed: Uint8Array): Buckets {
    let length = 0
    // Each number ends with the only octet of it that is below the digit.
    for (let at = 0; at < packed.length; at++) if ((packed[at] as number) < digit) length++
    const buckets = this.take(length >>> 1)
    reader.begin(packed)
    let bucket = -1
    for (let index = 0; index < buckets.values.length; index++) {
      bucket += reader.next()
      buckets.values[index] = lowestOf(bucket)
      buckets.counts[index] = reader.next()
    }
    return buckets
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
export function packBuckets({ values, counts }: Buckets): Uint8Array {
  if (longestPair * values.length > written.length) written = new Uint8Array(2 * longestPair * values.length)
  let at = 0
  let before = -1
  for (let index = 0; index < values.length; index++) {
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
