/*
 * Reed-Solomon code over GF(16), x^4 + x + 1: words of 15 symbols of four bits, nine of them data, so that any e errors
 * and f erasures with 2e + f <= 6 are corrected. Symbol i of a word is the coefficient of x^(14 - i); the generator has
 * the roots a^1 to a^6.
 */
export const wordLength = 15
export const dataLength = 9
export const checkLength = wordLength - dataLength

const order = 15
const power = new Uint8Array(2 * order)
const logarithm = new Uint8Array(16)
for (let exponent = 0, value = 1; exponent < order; exponent++) {
  power[exponent] = value
  power[exponent + order] = value
  logarithm[value] = exponent
  value = value & 8 ? ((value << 1) ^ 0b10011) & 15 : value << 1
}

const multiply = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : (power[(logarithm[a] ?? 0) + (logarithm[b] ?? 0)] ?? 0)

const divide = (a: number, b: number): number =>
  a === 0 ? 0 : (power[(logarithm[a] ?? 0) + order - (logarithm[b] ?? 0)] ?? 0)

const generator = generatorPolynomial()

/** Highest power first, without the leading one. */
function generatorPolynomial(): Uint8Array {
  let product = [1]
  for (let root = 1; root <= checkLength; root++) {
    const next = [...product, 0]
    for (const [index, value] of product.entries())
      next[index + 1] = (next[index + 1] ?? 0) ^ multiply(value, power[root] ?? 0)
    product = next
  }
  return Uint8Array.from(product.slice(1))
}

/** Fills the check symbols of a word whose first nine are data. */
export function encodeWord(word: Uint8Array): void {
  word.fill(0, dataLength, wordLength)
  for (let index = 0; index < dataLength; index++) {
    const feedback = (word[index] ?? 0) ^ (word[dataLength] ?? 0)
    for (let check = 0; check < checkLength; check++) {
      const next = check + 1 < checkLength ? (word[dataLength + check + 1] ?? 0) : 0
      word[dataLength + check] = next ^ multiply(feedback, generator[check] ?? 0)
    }
  }
}

const syndromes = new Uint8Array(checkLength)
const locator = new Uint8Array(checkLength + 2)
const former = new Uint8Array(checkLength + 2)
const updated = new Uint8Array(checkLength + 2)
const evaluator = new Uint8Array(checkLength)

/**
 * Corrects a word in place; `erased` lists the `erasedCount` positions whose symbols are not to be believed. Returns how
 * many symbols changed, or -1 when no word of the code is near enough (the word is then as it was).
 */
export function correctWord(word: Uint8Array, erased: ArrayLike<number>, erasedCount: number): number {
  if (erasedCount > checkLength) return -1
  if (!takeSyndromes(word)) return 0
  const degree = findLocator(erased, erasedCount)
  takeEvaluator()
  let found = 0
  for (let position = 0; position < wordLength; position++) if (evaluate(locator, inverse(position)) === 0) found++
  if (found !== degree) return -1
  let changed = 0
  for (let position = 0; position < wordLength; position++) {
    const root = inverse(position)
    if (evaluate(locator, root) !== 0) continue
    const value = divide(evaluate(evaluator, root), derivative(root))
    word[position] = (word[position] ?? 0) ^ value
    if (value !== 0) changed++
  }
  return changed
}

/** 1 / X of a position, X being a^(14 - position). */
const inverse = (position: number): number => power[(position + 1) % order] ?? 0

function takeSyndromes(word: Uint8Array): boolean {
  let wrong = 0
  for (let root = 1; root <= checkLength; root++) {
    let sum = 0
    for (let position = 0; position < wordLength; position++)
      sum = multiply(sum, power[root] ?? 0) ^ (word[position] ?? 0)
    syndromes[root - 1] = sum
    wrong |= sum
  }
  return wrong !== 0
}

/** Berlekamp and Massey, begun with the locator of the erasures. Returns the number of places that are wrong. */
function findLocator(erased: ArrayLike<number>, erasedCount: number): number {
  locator.fill(0)
  locator[0] = 1
  for (let index = 0; index < erasedCount; index++) {
    const place = power[order - 1 - (erased[index] ?? 0)] ?? 0
    for (let at = index + 1; at > 0; at--) locator[at] = (locator[at] ?? 0) ^ multiply(locator[at - 1] ?? 0, place)
  }
  former.set(locator)
  let degree = erasedCount
  for (let step = erasedCount + 1; step <= checkLength; step++) {
    let difference = 0
    for (let at = 0; at < step; at++) difference ^= multiply(locator[at] ?? 0, syndromes[step - 1 - at] ?? 0)
    former.copyWithin(1, 0, checkLength + 1)
    former[0] = 0
    if (difference === 0) continue
    for (let at = 0; at < updated.length; at++) updated[at] = (locator[at] ?? 0) ^ multiply(difference, former[at] ?? 0)
    if (2 * degree <= step + erasedCount - 1) {
      for (let at = 0; at < former.length; at++) former[at] = divide(locator[at] ?? 0, difference)
      degree = step + erasedCount - degree
    }
    locator.set(updated)
  }
  return degree
}

/** Syndromes times locator, modulo x^6. */
function takeEvaluator(): void {
  for (let at = 0; at < checkLength; at++) {
    let sum = 0
    for (let part = 0; part <= at; part++) sum ^= multiply(syndromes[part] ?? 0, locator[at - part] ?? 0)
    evaluator[at] = sum
  }
}

/** Lowest power first. */
function evaluate(polynomial: Uint8Array, x: number): number {
  let sum = 0
  for (let at = polynomial.length - 1; at >= 0; at--) sum = multiply(sum, x) ^ (polynomial[at] ?? 0)
  return sum
}

/** Of the locator: in a field of characteristic two only odd powers have one. */
function derivative(x: number): number {
  let sum = 0
  const square = multiply(x, x)
  for (let at = checkLength + 1; at >= 1; at--) if (at % 2 === 1) sum = multiply(sum, square) ^ (locator[at] ?? 0)
  return sum
}
