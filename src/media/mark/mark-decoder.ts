import { markSymbols, symbolOf, syncPositions, syncTones, toneCount, toneOf, wordPositions } from './mark-format.js'
import { checkLength, correctWord, wordLength } from './reed-solomon.js'
import { fullShare, hopsPerSymbol, type ToneShares } from './tone-shares.js'

/*
 * Thresholds, as bench/mark.js measured them: lower ones find a few more marks at 20 % loss and mistake more words.
 */
/** Mean share of energy in the four known tones below which nothing is looked for. */
const syncShare = 0.25
/** So many of the 19 tones must have been the loudest in their places. */
const leastHits = 15
/** With so many no other word could have been meant: words differ in seven symbols. */
const sureHits = 17
/** Least part of the loudest tones' energy that lies in the tones of the mark. */
const leastAgreement = 0.85
/** Least mean share of energy in the tones of the mark. */
const leastPurity = 0.3
/** A tone that goes on in the next one's place hides it when that one's share is less than this part of its own. */
const carriedShare = 0.5

const fullEnergy = fullShare * fullShare

const hard = new Uint8Array(wordLength)
const trial = new Uint8Array(wordLength)
const certainty = new Float64Array(wordLength)
const byCertainty = Uint8Array.from({ length: wordLength }, (_, index) => index)
const tones = new Uint8Array(markSymbols)
const centres = new Float64Array(markSymbols)
let bestHits = 0
let loudest = 0
let loudestEnergy = 0

/**
 * Writes the word of the mark that ends with hop `lastHop` and returns its purity: the share of energy in its tones. 0
 * when no mark ends there, which nearly every hop finds out from the four known tones alone.
 */
export function decodeMark(shares: ToneShares, lastHop: number, into: Uint8Array): number {
  let sync = 0
  for (let index = 0; index < syncPositions.length; index++) {
    const share = shares.at(lastHop, syncPositions[index] ?? 0, syncTones[index] ?? 0)
    sync += share * share
  }
  if (sync < syncShare * fullEnergy * syncPositions.length) return 0
  const syncHits = decideTones(shares, lastHop)
  const energy = sync + searchWord(shares, lastHop, syncHits, into)
  const purity = energy / (fullEnergy * markSymbols)
  return energy < leastAgreement * loudestEnergy || purity < leastPurity ? 0 : purity
}

/** Whether the mark that was decoded last could hardly be another one. */
export const isSure = (): boolean => bestHits >= sureHits

/** Takes the loudest tone of every place for its symbol; returns how many of the known tones were the loudest. */
function decideTones(shares: ToneShares, lastHop: number): number {
  loudestEnergy = 0
  let hits = 0
  let former = -1
  for (let position = 0, index = 0, known = 0; position < markSymbols; position++) {
    const sure = findLoudest(shares, lastHop, position, former)
    former = loudest
    if (position === syncPositions[known]) {
      if (loudest === syncTones[known++]) hits++
      continue
    }
    hard[index] = symbolOf(index, loudest)
    certainty[index++] = sure
  }
  return hits
}

/**
 * Leaves the tone of a place in `loudest` and returns by how much it exceeds the next. Concealment of a lost packet
 * carries the former tone on into this one's place, never the other way: of two that share the place it is the other.
 */
function findLoudest(shares: ToneShares, lastHop: number, position: number, former: number): number {
  let first = 0
  let second = 0
  let next = 0
  loudest = 0
  for (let tone = 0; tone < toneCount; tone++) {
    const share = shares.at(lastHop, position, tone)
    if (share > first) {
      second = first
      next = loudest
      first = share
      loudest = tone
    } else if (share > second) {
      second = share
      next = tone
    }
  }
  loudestEnergy += first * first
  if (loudest === former && second > carriedShare * first) loudest = next
  return first * first - second * second
}

/** Generalized minimum distance: the least certain symbols are erased one after the other. Energy of the best word. */
function searchWord(shares: ToneShares, lastHop: number, syncHits: number, into: Uint8Array): number {
  byCertainty.sort((a, b) => (certainty[a] ?? 0) - (certainty[b] ?? 0))
  let bestEnergy = 0
  for (let erased = 0; erased <= checkLength; erased++) {
    trial.set(hard)
    if (correctWord(trial, byCertainty, erased) < 0) continue
    let energy = 0
    let hits = syncHits
    for (let index = 0; index < wordLength; index++) {
      const share = shares.at(lastHop, wordPositions[index] ?? 0, toneOf(index, trial[index] ?? 0))
      energy += share * share
      // Where nothing was heard no tone was the loudest.
      if (share > 0 && trial[index] === hard[index]) hits++
    }
    if (hits < leastHits || energy <= bestEnergy) continue
    bestEnergy = energy
    bestHits = hits
    into.set(trial)
  }
  return bestEnergy
}

/**
 * By how many hops the mark lies after its place in the grid of hops; needs the four hops after it. While the window
 * passes over a tone, the tone's share rises and falls as a triangle whose centre of gravity tells the true place. Tones
 * next to equal ones have no such triangle; of the others the middle half is averaged, so that lost and concealed packets
 * do not pull it.
 */
export function markShift(shares: ToneShares, lastHop: number, word: Uint8Array): number {
  for (let index = 0; index < wordLength; index++) tones[wordPositions[index] ?? 0] = toneOf(index, word[index] ?? 0)
  for (let index = 0; index < syncPositions.length; index++) tones[syncPositions[index] ?? 0] = syncTones[index] ?? 0
  let count = 0
  for (let position = 1; position < markSymbols - 1; position++) {
    const tone = tones[position] ?? 0
    if (tones[position - 1] === tone || tones[position + 1] === tone) continue
    let sum = 0
    let moment = 0
    for (let hop = -hopsPerSymbol; hop <= hopsPerSymbol; hop++) {
      const share = shares.at(lastHop + hop, position, tone)
      sum += share
      moment += hop * share
    }
    if (sum > 0) centres[count++] = moment / sum
  }
  const sorted = centres.subarray(0, count).sort()
  const from = count >> 2
  let total = 0
  for (let index = from; index < count - from; index++) total += sorted[index] ?? 0
  return count === 0 ? 0 : total / (count - 2 * from)
}
