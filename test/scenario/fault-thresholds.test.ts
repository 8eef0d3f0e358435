import { describe, expect, test } from 'vitest'
import type { PlannedFault } from '../../src/model/fault-event.js'
import { Reading } from '../../src/scenario/reading.js'
import { readThresholds } from '../../src/scenario/thresholds.js'
import { YamlDocument } from '../../src/scenario/yaml-document.js'

const fault = (name: string, change: Partial<PlannedFault> = {}): PlannedFault => ({
  id: 0,
  name,
  kind: 'kill',
  source: { file: 'a.yaml', line: 1, column: 1 },
  atMs: 10_000,
  forMs: 2_000,
  flapping: undefined,
  target: undefined,
  settings: undefined,
  ...change,
})

const faults = [
  fault('kill a'),
  fault('flap', { flapping: { everyMs: 5_000, times: 3 } }),
  fault('for good', { forMs: undefined }),
]

function read(source: string) {
  const { document } = YamlDocument.read(`version: 1\nexpect: ['${source}']\n`, 'a.yaml')
  if (!document) throw new Error('not a document')
  const reading = new Reading(document)
  const thresholds = readThresholds([source], ['phone'], faults, reading)
  return { thresholds, problems: reading.problems.map(({ text }) => text) }
}

describe('thresholds on the faults of a scenario', () => {
  test.each([
    ['failover.dropped_calls <= 1% during "kill a"', { where: { fault: 'kill a' }, between: undefined }],
    ['failover.dropped_calls <= 1% where fault = flap', { where: { fault: 'flap' } }],
    ['session.ser > 50% during "kill a"', { where: {}, between: { fromMs: 10_000, toMs: 12_000 } }],
    ['session.ser > 50% during flap', { between: { fromMs: 10_000, toMs: 22_000 } }],
  ])('%s', (source, parts) => {
    expect(read(source)).toMatchObject({ thresholds: [parts], problems: [] })
  })

  test.each([
    ['session.ser > 50% during "kil a"', 'there is no fault "kil a", did you mean "kill a"?'],
    ['failover.dropped_calls <= 1% where fault = b', 'there is no fault "b"'],
    ['session.ser > 50% during "for good"', 'the fault "for good" has no end; say `between` instead of `during`'],
    [
      'session.ser > 50% during flap between 1s and 2s',
      '"during" and "between" both name a time; leave one of them out',
    ],
  ])('%s is refused', (source, text) => {
    expect(read(source).problems).toEqual([expect.stringContaining(text)])
  })
})
