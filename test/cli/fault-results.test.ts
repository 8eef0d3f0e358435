import { expect, test } from 'vitest'
import { faultLines, faultResults } from '../../src/cli/run/fault-results.js'
import type { FaultEvent } from '../../src/model/fault-event.js'

const event: FaultEvent = {
  id: 0,
  name: 'gateway-1 dies',
  kind: 'kill',
  target: 'gateway-1',
  made: true,
  atMs: 61_000,
  endMs: 64_000,
  spells: [{ atMs: 61_000, endMs: 64_000 }],
  undone: true,
  problem: undefined,
}

test('a fault is told in seconds from the start of load', () => {
  expect(faultResults([event], [], 1000, 70_000)).toEqual([
    { name: 'gateway-1 dies', at: 60, for: 3, undone: true, measures: {}, kind: 'kill', target: 'gateway-1' },
  ])
})

test('a fault that is in force has lasted until now and is not undone', () => {
  const standing = { ...event, endMs: undefined, undone: false, spells: [{ atMs: 61_000, endMs: undefined }] }
  expect(faultResults([standing], [], 1000, 70_000)).toMatchObject([{ at: 60, for: 9, undone: false }])
})

test('a fault that flaps shows every stretch, and one that failed says why', () => {
  const spells = [
    { atMs: 61_000, endMs: 62_000 },
    { atMs: 63_000, endMs: 64_000 },
  ]
  expect(faultResults([{ ...event, spells, undone: false, problem: 'exit code 1' }], [], 1000, 70_000)).toMatchObject([
    {
      for: 3,
      problem: 'exit code 1',
      spells: [
        { at: 60, for: 1 },
        { at: 62, for: 1 },
      ],
    },
  ])
})

test('the live screen shows a fault in force, and one that was', () => {
  const standing = { ...event, id: 1, name: 'relay dies', endMs: undefined, undone: false }
  expect(faultLines([event, standing], 1000, 70_000)).toEqual([
    'gateway-1 dies from 60.0 s to 63.0 s, undone',
    'relay dies since 60.0 s, for 9.0 s now',
  ])
})

test('a fault that could not be made says so, and that nothing is measured of it', () => {
  const failed = { ...event, made: false, endMs: 61_000, spells: [], problem: 'it could not be made: exit code 1' }
  expect(faultResults([failed], [], 1000, 70_000)).toMatchObject([{ at: 60, for: 0, made: false, measures: {} }])
  expect(faultLines([failed], 1000, 70_000)).toEqual([
    'gateway-1 dies at 60.0 s, not made: it could not be made: exit code 1',
  ])
})
