/** Sources by the values of a=ssrc (RFC 5576 4.1), each once; what is no number is passed over. */
export function readSources(values: readonly string[]): readonly number[] {
  const sources = values.map((value) => Number(/^\d{1,10}(?= |$)/.exec(value)?.[0] ?? Number.NaN))
  return [...new Set(sources.filter((ssrc) => ssrc <= 0xffff_ffff))]
}

const start = 'a=ssrc:'
const none: readonly number[] = []

/** The sources that the lines of a section name. */
export function sourcesIn(lines: readonly string[]): readonly number[] {
  const named = lines.filter((line) => line.startsWith(start))
  return named.length === 0 ? none : readSources(named.map((line) => line.slice(start.length)))
}
