import { readFileSync } from 'node:fs'
import type { RunResult } from '../../src/model/result.js'

/** A run with everything in it: missed, kept and unanswered thresholds, media, samples, and text that wants to escape. */
export const fixture = (): RunResult =>
  JSON.parse(readFileSync(new URL('../golden/result.json', import.meta.url), 'utf8')) as RunResult
