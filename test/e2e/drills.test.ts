import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/scenario/load-scenario.js'
import { freePort } from '../peers/free-port.js'
import { readResult, run, scenarioFile, temporaryFolder } from './program.js'

const folder = join(scenarioFile('drills/x'), '..')
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.replace(/\.yaml$/, '')] : []))

/** Short, and small enough for a busy machine. */
const short: Readonly<Record<string, string>> = {
  pairs: '12',
  rate: '2/s',
  time: '8s',
  at: '2s',
  outage: '1500ms',
  second: '5s',
  lost: '2300ms',
  talk: '3s',
}

describe('a ready drill', () => {
  it.concurrent.each(names)('%s breaks what it says, undoes it and measures', async (name) => {
    const file = scenarioFile(`drills/${name}`)
    const { inputs, faults } = loadScenario(file, { set: {} })
    // Carriers of a drill have addresses of their own, and a port that is free at the first of them.
    const free = 'port' in inputs ? [`--set`, `port=${await freePort('127.0.41.1')}`] : []
    const set = Object.entries(short).flatMap(([input, value]) =>
      input in inputs ? ['--set', `${input}=${value}`] : [],
    )
    const out = temporaryFolder()
    const ended = await run(['run', file, '--quiet', '--out', out, '--seed', '1', ...set, ...free], {
      limitMs: 90_000,
      environment: { SIPLOADGEN_STATE: join(out, 'state') },
    })
    // On a busy machine figures are what they are: what counts here is that the drill was held and measured.
    expect([0, 1, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expect(result.faults.map((fault) => [fault.kind, fault.undone, fault.problem])).toEqual(
      faults.map(({ kind }) => [kind, true, undefined]),
    )
    expect(result.calls.attempted).toBeGreaterThan(8)
    expect(result.calls.completed).toBeGreaterThan(0)
    expect(result.faults.some(({ measures }) => (measures['failover.signalling_outage'] ?? 0) > 0)).toBe(true)
    if (ended.code === 1) process.stderr.write(`note: ${name}: ${result.reasons.join('; ')}\n`)
  })

  it('stands in the table of their page', () => {
    const page = readFileSync(join(folder, 'README.md'), 'utf8')
    expect(names.filter((name) => !page.includes(`[\`${name}.yaml\`](${name}.yaml)`))).toEqual([])
  })
})
