import { SiploadgenError } from '../base/errors.js'
import { MOST_SHARDS } from '../load/shard-choice.js'

/** yargs makes NaN of a text that is no number. */
export function wholeNumber(value: number | undefined, option: string): number | undefined {
  if (value === undefined || Number.isSafeInteger(value)) return value
  throw new SiploadgenError('usage/arguments', `${option} wants a whole number`)
}

export function shardCount(value: string | undefined): number | 'auto' | undefined {
  if (value === undefined || value === 'auto') return value
  const count = Number(value)
  if (Number.isInteger(count) && count >= 1 && count <= MOST_SHARDS) return count
  throw new SiploadgenError('usage/arguments', `--shards wants 1 to ${MOST_SHARDS}, or auto: one a core`)
}

/** `NAME=VALUE` pairs of --set. */
export function settings(pairs: readonly string[]): Record<string, string> {
  const set: Record<string, string> = {}
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at <= 0) throw new SiploadgenError('usage/arguments', `--set wants NAME=VALUE, not "${pair}"`)
    set[pair.slice(0, at)] = pair.slice(at + 1)
  }
  return set
}
