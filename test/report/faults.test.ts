import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FaultResult } from '../../src/model/fault-result.js'
import type { RunResult } from '../../src/model/result.js'
import { reporters } from '../../src/report/registry.js'

const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../golden/result.json'), 'utf8')) as RunResult
const faults: FaultResult[] = [
  { name: 'first dies', kind: 'kill', target: 'gateway-1', at: 60, for: 3.004, undone: true, measures: {} },
  {
    name: 'flap',
    kind: 'impair',
    at: 70,
    for: 9,
    undone: false,
    problem: 'it <did> not',
    spells: [
      { at: 70, for: 1 },
      { at: 78, for: 1 },
    ],
    measures: { 'failover.detection': 12 },
  },
  { name: 'third', kind: 'command', at: 80, for: 0, made: false, undone: true, problem: 'exit code 1', measures: {} },
]

test.each(['text', 'markdown', 'html'] as const)(
  '%s tells of each fault when it was and whether it is undone',
  async (name) => {
    const text = Buffer.from(await reporters[name].render({ ...golden, faults })).toString()
    expect(text).toContain('Faults')
    expect(text).toMatch(/first dies.*kill gateway-1.*60.*3\.004.*yes/s)
    expect(text).toMatch(/flap.*70.*9 s \(2 times\).*NO: it .*did.* not/s)
    expect(text).toMatch(/third.*80.*NOT MADE: exit code 1/s)
    expect(text).toContain('was to begin at 80 s and was not made: exit code 1')
    expect(text).not.toContain(name === 'html' ? 'it <did>' : '\u0000')
  },
)
