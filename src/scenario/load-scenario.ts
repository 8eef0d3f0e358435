import { readFileSync } from 'node:fs'
import { SiploadgenError } from '../base/errors.js'
import type { Scenario } from '../model/scenario.js'
import { ScenarioError } from './problem.js'
import { type ReadOptions, readScenario } from './read-scenario.js'

/** Reads a scenario file; throws a ScenarioError with every problem that it has. */
export function loadScenario(file: string, options: ReadOptions): Scenario {
  const result = readScenario(readText(file), file, options)
  if ('problems' in result) throw new ScenarioError(result.problems)
  return result.scenario
}

function readText(file: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(cause)})`
    throw new SiploadgenError('scenario/unreadable', `the scenario file "${file}" ${why}`, { cause })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const place = { file, line: 1, column: 1 }
    throw new SiploadgenError('scenario/syntax', 'the file is not UTF-8 text', { place, cause })
  }
}
