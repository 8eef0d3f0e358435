import type { Rng } from '../../src/base/rng.js'

type Mutation = (bytes: Buffer, rng: Rng, corpus: readonly Buffer[]) => Buffer

const place = (bytes: Buffer, rng: Rng): number => rng.integer(0, bytes.length)
const insert = (bytes: Buffer, at: number, piece: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
const pick = <T>(items: readonly T[], rng: Rng): T => items[rng.integer(0, items.length - 1)] as T

const special = [...'"<>;,=@:%\\/?[]() \t\r\n'].map((each) => Buffer.from(each))
const odd = [
  '\0',
  '\0\0\0\0',
  '\xff\xfe',
  '\xc0\x80',
  '\xed\xa0\x80',
  '\x80',
  '\r\n ',
  '\r\n\r\n',
  '%00',
  '\\',
  'SIP/2.0',
  '-1',
].map((each) => Buffer.from(each, 'latin1'))

function lines(bytes: Buffer): string[] {
  return bytes.toString('latin1').split('\r\n')
}

const fromLines = (text: readonly string[]): Buffer => Buffer.from(text.join('\r\n'), 'latin1')

/** Each makes one kind of damage. */
const mutations: readonly Mutation[] = [
  function bitFlip(bytes, rng) {
    const copy = Buffer.from(bytes)
    const at = rng.integer(0, Math.max(0, bytes.length - 1))
    if (bytes.length > 0) copy[at] = copy[at]! ^ (1 << rng.integer(0, 7))
    return copy
  },
  function cut(bytes, rng) {
    return bytes.subarray(0, place(bytes, rng))
  },
  function removeSpan(bytes, rng) {
    const start = place(bytes, rng)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(Math.min(bytes.length, start + rng.integer(1, 20)))])
  },
  function insertSpecial(bytes, rng) {
    return insert(bytes, place(bytes, rng), pick(special, rng))
  },
  function insertOdd(bytes, rng) {
    return insert(bytes, place(bytes, rng), pick(odd, rng))
  },
  function repeatLine(bytes, rng) {
    const text = lines(bytes)
    const at = rng.integer(0, text.length - 1)
    text.splice(at, 0, text[at] ?? '')
    return fromLines(text)
  },
  function swapLines(bytes, rng) {
    const text = lines(bytes)
    const [a, b] = [rng.integer(0, text.length - 1), rng.integer(0, text.length - 1)]
    const kept = text[a] ?? ''
    text[a] = text[b] ?? ''
    text[b] = kept
    return fromLines(text)
  },
  function splice(bytes, rng, corpus) {
    const other = pick(corpus, rng)
    return Buffer.concat([bytes.subarray(0, place(bytes, rng)), other.subarray(place(other, rng))])
  },
]

/** Up to 60 kB of one thing, where quadratic readers show themselves. */
const hugePieces = [
  ...special,
  ...odd,
  Buffer.from('a'),
  Buffer.from(';a=b'),
  Buffer.from(',<sip:a>'),
  Buffer.from('\r\nX: y'),
]

export function hugeMutation(bytes: Buffer, rng: Rng): Buffer {
  const piece = pick(hugePieces, rng)
  return insert(bytes, place(bytes, rng), Buffer.alloc(rng.integer(1000, 60_000), piece))
}

/** One to four kinds of damage to a message of the corpus; one in a thousand becomes huge. */
export function mutate(corpus: readonly Buffer[], rng: Rng): Buffer {
  let bytes = pick(corpus, rng)
  for (let i = rng.integer(1, 4); i > 0; i--) bytes = pick(mutations, rng)(bytes, rng, corpus)
  return rng.next() < 0.001 ? hugeMutation(bytes, rng) : bytes
}
