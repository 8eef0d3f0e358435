/** Damerau-Levenshtein distance (optimal string alignment), for names of a few words. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** The known name that was probably meant, or undefined when none is near. */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > 60) return undefined
  const wanted = plain(name)
  let nearest: string | undefined
  // Names of one or two letters are all near to each other.
  let nearestDistance = wanted.length < 3 ? 1 : Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate))
    if (distance < nearestDistance) {
      nearest = candidate
      nearestDistance = distance
    }
  }
  return nearest
}

const shownNames = 12

/** `, did you mean "count"?`, or the names there are when none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = suggest(name, known)
  if (near !== undefined) return `, did you mean "${near}"?`
  if (known.length === 0) return ''
  const more = known.length > shownNames ? ', ...' : ''
  return `; known: ${known.slice(0, shownNames).join(', ')}${more}`
}
