import { dataLength, encodeWord, wordLength } from './reed-solomon.js'

/*
 * The audio mark: 19 tones of 40 ms, one at a time, out of 16 that lie 100 Hz apart from 800 to 2300 Hz. Four known
 * tones, spread over the mark, tell where it is; the other fifteen are a Reed-Solomon word with the sender's number and
 * the moment of sending. One steady tone at a time is what speech codecs carry best, and no pair of tones is DTMF.
 *
 *   tone      0   1 ...  5   6   7 ... 11  12  13 ... 17  18
 *             S   w0 ... w4  S   w5 ... w9  S  w10 ... w14 S
 *   word      sender 24 bits | moment 12 bits | check 24 bits, four bits a symbol, highest first
 */
export const toneCount = 16
export const lowestToneHz = 800
export const toneSpacingHz = 100
export const symbolMs = 40
/** Tones of one mark. */
export const markSymbols = 19
export const markMs = markSymbols * symbolMs

/** Senders are numbered below this. */
export const senderLimit = 2 ** 24
/** The moment of sending is wall-clock milliseconds modulo this, which is also the longest delay that can be told. */
export const momentModulus = 2 ** 12

export const syncPositions = [0, 6, 12, 18] as const
export const syncTones = [4, 13, 1, 10] as const

/** Where the symbols of the word lie in the mark. */
export const wordPositions = Uint8Array.from(
  Array.from({ length: markSymbols }, (_, position) => position).filter(
    (position) => !(syncPositions as readonly number[]).includes(position),
  ),
)

/** Keeps words of equal symbols, such as that of sender 0, from becoming one long tone that equipment would react to. */
const whitening = Uint8Array.from([9, 2, 15, 6, 0, 11, 5, 14, 3, 8, 12, 1, 7, 10, 4])

export const toneHz = (tone: number): number => lowestToneHz + tone * toneSpacingHz

/** Tone of a symbol of the word. */
export const toneOf = (index: number, symbol: number): number => symbol ^ (whitening[index] ?? 0)

/** The same the other way round: whitening is its own inverse. */
export const symbolOf = toneOf

const word = new Uint8Array(wordLength)

/** Writes the tones of the mark that `sender` sends at `momentMs` (wall clock, any size). */
export function writeMark(into: Uint8Array, sender: number, momentMs: number): void {
  const moment = momentOf(momentMs)
  for (let index = 0; index < 6; index++) word[index] = (sender >>> (20 - 4 * index)) & 15
  for (let index = 0; index < 3; index++) word[6 + index] = (moment >>> (8 - 4 * index)) & 15
  encodeWord(word)
  for (let index = 0; index < wordLength; index++) into[wordPositions[index] ?? 0] = toneOf(index, word[index] ?? 0)
  for (const [index, position] of syncPositions.entries()) into[position] = syncTones[index] ?? 0
}

/** Wall-clock milliseconds as a mark tells them. */
export const momentOf = (wallMs: number): number =>
  ((Math.round(wallMs) % momentModulus) + momentModulus) % momentModulus

/** Sender of a word without errors. */
export function senderOf(symbols: Uint8Array): number {
  let sender = 0
  for (let index = 0; index < 6; index++) sender = (sender << 4) | (symbols[index] ?? 0)
  return sender
}

/** Moment of a word without errors. */
export function momentOfWord(symbols: Uint8Array): number {
  let moment = 0
  for (let index = 6; index < dataLength; index++) moment = (moment << 4) | (symbols[index] ?? 0)
  return moment
}
