import type { Duration } from '../model/scenario.js'

/** A quantity that was understood, or one sentence of what is wrong with it. */
export type Quantity<T> = { readonly value: T } | { readonly wrong: string }

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const oneTime = /(\d+(?:\.\d+)?)\s*(ms|s|m|h)(?![a-z])/y
const example = 'write a time such as 500ms, 30s, 2m or 1h'

/** `30s`, `1m 30s`, in milliseconds. */
export function parseMilliseconds(text: string): Quantity<number> {
  const trimmed = text.trim()
  let total = 0
  let at = 0
  while (at < trimmed.length) {
    oneTime.lastIndex = at
    const match = oneTime.exec(trimmed)
    if (match === null) break
    total += Number(match[1]) * (unitMs[match[2] ?? ''] ?? Number.NaN)
    at = oneTime.lastIndex
    while (trimmed[at] === ' ') at++
  }
  if (trimmed !== '' && at === trimmed.length) return { value: total }
  if (/^\d+(\.\d+)?$/.test(trimmed)) return { wrong: `"${trimmed}" has no unit; write ${trimmed}s or ${trimmed}ms` }
  return { wrong: `"${trimmed}" is not a time; ${example}` }
}

const wrongTime = (...parts: Quantity<number>[]): { wrong: string } | undefined =>
  parts.find((part): part is { wrong: string } => 'wrong' in part)

const msOf = (quantity: Quantity<number>): number => ('value' in quantity ? quantity.value : Number.NaN)

/** A time, fixed or drawn anew for each call. */
export function parseDuration(text: string): Quantity<Duration> {
  const trimmed = text.trim()
  const range = /^(.+?)\s+to\s+(.+)$/.exec(trimmed)
  if (range) {
    const low = parseMilliseconds(range[1] ?? '')
    const high = parseMilliseconds(range[2] ?? '')
    const wrong = wrongTime(low, high)
    if (wrong) return wrong
    const [lowMs, highMs] = [msOf(low), msOf(high)]
    if (lowMs > highMs) return { wrong: `"${trimmed}" runs backwards; write the shorter time first` }
    return { value: { kind: 'uniform', lowMs, highMs } }
  }
  const exponential = /^exponential\s+(.+)$/.exec(trimmed)
  if (exponential) {
    const mean = parseMilliseconds(exponential[1] ?? '')
    return 'wrong' in mean ? mean : { value: { kind: 'exponential', meanMs: mean.value } }
  }
  const normal = /^normal\s+(.+?)\s*(?:\+-|±)\s*(.+)$/.exec(trimmed)
  if (normal) {
    const mean = parseMilliseconds(normal[1] ?? '')
    const deviation = parseMilliseconds(normal[2] ?? '')
    const wrong = wrongTime(mean, deviation)
    return wrong ?? { value: { kind: 'normal', meanMs: msOf(mean), deviationMs: msOf(deviation) } }
  }
  const fixed = parseMilliseconds(trimmed)
  return 'wrong' in fixed ? fixed : { value: { kind: 'fixed', ms: fixed.value } }
}

const perSecond: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** `10/s`, `600/m`, in events per second. */
export function parseRate(text: string): Quantity<number> {
  const match = /^(\d+(?:\.\d+)?)\s*\/\s*(s|m|h)$/.exec(text.trim())
  if (match === null) return { wrong: `"${text.trim()}" is not a rate; write it such as 10/s or 600/m` }
  return { value: Number(match[1]) / (perSecond[match[2] ?? ''] ?? 1) }
}

const unitBytes: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 }

/** `200MB`, in bytes. */
export function parseBytes(text: string): Quantity<number> {
  const match = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB)$/.exec(text.trim())
  if (match === null) return { wrong: `"${text.trim()}" is not a size; write it such as 50MB or 1GB` }
  return { value: Number(match[1]) * (unitBytes[match[2] ?? ''] ?? 1) }
}

/** `5%`, as 5. */
export function parsePercent(text: string): Quantity<number> {
  const match = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(text.trim())
  if (match === null) return { wrong: `"${text.trim()}" is not a percentage; write it such as 5%` }
  const percent = Number(match[1])
  if (percent < 0 || percent > 100) return { wrong: `${text.trim()} is not between 0% and 100%` }
  return { value: percent }
}

/** `full`, `off` or `25%`, as a share from 0 to 1. */
export function parseListening(text: string): Quantity<number> {
  const word = text.trim()
  if (word === 'full') return { value: 1 }
  if (word === 'off') return { value: 0 }
  const percent = parsePercent(word)
  return 'value' in percent ? { value: percent.value / 100 } : { wrong: `${percent.wrong}, full or off` }
}
