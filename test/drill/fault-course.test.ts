import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sleep } from '../../src/base/clock.js'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import type { PreparedFault } from '../../src/drill/fault.js'
import { FaultCourse } from '../../src/drill/fault-course.js'
import { Journal } from '../../src/drill/journal.js'
import type { FaultEvent, PlannedFault } from '../../src/model/fault-event.js'

const folder = mkdtempSync(join(tmpdir(), 'siploadgen-course-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const planned: PlannedFault = {
  id: 0,
  name: 'gateway-1 dies',
  kind: 'kill',
  source: { file: 'f.yaml', line: 1, column: 1 },
  atMs: 5000,
  forMs: 3000,
  flapping: undefined,
  target: 'gateway-1',
  settings: undefined,
}

let clock: VirtualClock
let journal: Journal
let events: FaultEvent[]
let done: string[]
let number = 0

beforeEach(() => {
  clock = new VirtualClock()
  const owner = { pid: 1, startTicks: '1' }
  journal = Journal.begin(folder, { run: `run-${number++}`, scenario: 's', startedAt: '', owner })
  events = []
  done = []
})

interface Behaviour {
  readonly makeMs?: number
  readonly makeProblem?: string
  readonly undoProblem?: string
}

/** A fault that says what it does, and whether the journal knew of it. */
function course(plan: Partial<PlannedFault> = {}, change: Partial<PreparedFault> = {}, behaviour: Behaviour = {}) {
  const note = (what: string): void => {
    done.push(`${what} at ${clock.nowMs()}${existsSync(journal.file) ? '' : ' without a journal'}`)
  }
  const prepared: PreparedFault = {
    does: 'kill',
    undoes: 'revive',
    undos: [{ kind: 'command', command: 'true', timeoutMs: 1000 }],
    inForce: 'made',
    undone: true,
    make: async () => {
      note('made')
      if (behaviour.makeMs !== undefined) await sleep(clock, behaviour.makeMs)
      return behaviour.makeProblem
    },
    undo: async () => {
      note('undone')
      return behaviour.undoProblem
    },
    ...change,
  }
  return new FaultCourse({ ...planned, ...plan }, prepared, { clock, journal, tell: (event) => events.push(event) })
}

/** Lets time pass in small steps, so that what waits for promises gets on. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10)
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
}

describe('a fault', () => {
  test('is made and undone at its times, with its undo on disk between', async () => {
    course().start(1000)
    await pass(12_000)
    expect(done).toEqual(['made at 6000', 'undone at 9000'])
    expect(existsSync(journal.file)).toBe(false)
    expect(events).toMatchObject([
      { atMs: 6000, endMs: undefined, undone: false },
      { atMs: 6000, endMs: 9000, undone: true, spells: [{ atMs: 6000, endMs: 9000 }] },
    ])
  })

  test('that takes its time to be made lasts from then on', async () => {
    course({}, {}, { makeMs: 40 }).start(0)
    await pass(9000)
    expect(events.at(-1)).toMatchObject({ atMs: 5040, endMs: 8040 })
  })

  test('whose undo is as slow is undone so much earlier', async () => {
    course({}, { undoIsAsSlow: true }, { makeMs: 40 }).start(0)
    await pass(9000)
    expect(done[1]).toBe('undone at 8000')
  })

  test('that is in force from the first is told so', async () => {
    course({}, { inForce: 'begun' }, { makeMs: 40 }).start(0)
    await pass(9000)
    expect(events.at(-1)).toMatchObject({ atMs: 5000, endMs: 8000 })
  })

  test('that flaps is made so many times, in time with its beginning', async () => {
    course({ forMs: 500, flapping: { everyMs: 2000, times: 3 } }, {}, { makeMs: 40 }).start(0)
    await pass(20_000)
    expect(done).toEqual(
      ['made', 'undone', 'made', 'undone', 'made', 'undone'].map((what, i) => {
        const begin = 5000 + 2000 * Math.floor(i / 2)
        return `${what} at ${what === 'made' ? begin : begin + 540}`
      }),
    )
    expect(events.at(-1)?.spells).toHaveLength(3)
    expect(events.at(-1)).toMatchObject({ atMs: 5040, endMs: 9540, undone: true })
  })

  test('without a length lasts until the run ends it', async () => {
    const standing = course({ forMs: undefined })
    standing.start(0)
    await pass(60_000)
    expect(done).toEqual(['made at 5000'])
    expect(standing.standing).toBe(true)
    await standing.end()
    expect(done[1]).toBe('undone at 60000')
    expect(existsSync(journal.file)).toBe(false)
  })

  test('is not made when the run has ended before', async () => {
    const early = course()
    early.start(0)
    await pass(1000)
    await early.end()
    await pass(20_000)
    expect(done).toEqual([])
    expect(events).toEqual([])
  })

  test('that cannot be made is undone at once, and says so', async () => {
    const failing = course({}, {}, { makeProblem: 'no such process' })
    failing.start(0)
    await pass(9000)
    expect(done).toEqual(['made at 5000', 'undone at 5000'])
    expect(failing.problem).toBe('it could not be made: no such process')
    expect(events).toMatchObject([
      {
        made: false,
        atMs: 5000,
        endMs: 5000,
        spells: [],
        undone: true,
        problem: 'it could not be made: no such process',
      },
    ])
  })

  test('that is made once and not again has been in force', async () => {
    let calls = 0
    const make = async () => (calls++ === 0 ? undefined : 'gone')
    course({ forMs: 500, flapping: { everyMs: 1000, times: 5 } }, { make }).start(0)
    await pass(20_000)
    expect(calls).toBe(2)
    expect(events.at(-1)).toMatchObject({ made: true, atMs: 5000, endMs: 5500, spells: [{ atMs: 5000, endMs: 5500 }] })
  })

  test('that cannot be undone stays in the journal, is not made again, and says so', async () => {
    const failing = course({ forMs: 500, flapping: { everyMs: 1000, times: 5 } }, {}, { undoProblem: 'exit code 1' })
    failing.start(0)
    await pass(20_000)
    expect(done).toHaveLength(2)
    expect(failing.problem).toBe('it could not be undone: exit code 1')
    expect(events.at(-1)).toMatchObject({ undone: false, problem: 'it could not be undone: exit code 1' })
    expect(Journal.all(folder).journals.find(({ file }) => file === journal.file)?.content.entries).toHaveLength(1)
  })

  test('that nobody undoes is not told as undone, and is no failure', async () => {
    const left = course({}, { undone: false, undos: [] })
    left.start(0)
    await pass(9000)
    expect(left.problem).toBeUndefined()
    expect(events.at(-1)).toMatchObject({ undone: false, problem: undefined })
  })
})
