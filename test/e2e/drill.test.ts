import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DrillPlace } from './drill-place.js'
import { readResult, until } from './program.js'

/** A command that leaves a file behind, and the one that removes it. */
const marker = (place: DrillPlace): string => join(place.folder, 'broken')
const breaks = (place: DrillPlace): string =>
  `command: { run: "echo broke it; touch ${marker(place)}", undo: "rm ${marker(place)}" }`

const standing = (place: DrillPlace): string =>
  `- { at: 300ms, ${breaks(place)} }\n- { at: 400ms, signal: { send: STOP, gateway: gateway-2 } }\n- { at: 300ms, kill: gateway-1 }`

async function stood(place: DrillPlace): Promise<void> {
  const log = join(place.out, 'drill.log')
  const count = (): number => (existsSync(log) ? (readFileSync(log, 'utf8').match(/is in force/g)?.length ?? 0) : 0)
  await until(() => count() === 3 && existsSync(marker(place)), 20_000, 'all faults were in force')
}

describe('a drill', () => {
  it('makes each fault at its time, undoes it, tells of both and leaves nothing', async () => {
    const place = new DrillPlace()
    const ended = await place.start(
      `- { name: first dies, at: 500ms, for: 700ms, kill: gateway-1 }
- { at: 1500ms, for: 500ms, signal: { send: STOP, gateway: gateway-2 } }
- { at: 200ms, for: 1s, ${breaks(place)} }
- { at: 2200ms, for: 300ms, kill relay: gateway-1 }
- { at: 2200ms, for: 300ms, kill signalling: gateway-1 }
- { at: 2200ms, for: 300ms, expire certificate: gateway-1 }
- { at: 100ms, for: 100ms, every: 300ms, times: 3, degrade: { gateway: gateway-2, signalling delay: 20ms } }`,
    ).ended
    expect([0, 3], ended.err).toContain(ended.code)
    expect(ended.err).toContain('drill: at 0.5 s for 0.7 s, first dies: kill -9 the process of gateway-1; then start')
    expect(ended.err).toContain(`run: echo broke it; touch ${marker(place)}; then run: rm ${marker(place)}`)
    const { faults } = readResult(place.out)
    expect(faults.map(({ name, kind, target }) => [name, kind, target])).toEqual(
      expect.arrayContaining([
        ['first dies', 'kill', 'gateway-1'],
        ['signal gateway-2', 'signal', 'gateway-2'],
        ['command', 'command', undefined],
        ['kill relay gateway-1', 'kill relay', 'gateway-1'],
      ]),
    )
    expect(faults).toHaveLength(7)
    expect(faults.filter(({ undone, problem }) => !undone || problem !== undefined)).toEqual([])
    expect(faults.find(({ kind }) => kind === 'degrade')?.spells).toHaveLength(3)
    const log = readFileSync(join(place.out, 'drill.log'), 'utf8')
    expect(log).toContain('broke it')
    expect(log).toContain('the fault "first dies" (kill) is undone')
    for (const name of ['summary.md', 'report.html'])
      expect(readFileSync(join(place.out, name), 'utf8')).toContain('first dies')
    expect(ended.out).toContain('first dies')
    expect(existsSync(marker(place))).toBe(false)
    await place.expectNothingLeft()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('undoes everything when it ends by %s', async (signal) => {
    const place = new DrillPlace()
    const running = place.start(standing(place), 'rate: 10/s, for: 1m')
    await stood(place)
    running.child.kill(signal)
    const ended = await running.ended
    expect(ended.code, ended.err).toBe(3)
    expect(readResult(place.out).faults.every(({ undone }) => undone)).toBe(true)
    expect(existsSync(marker(place))).toBe(false)
    await place.expectNothingLeft()
  })

  it('undoes everything when Ctrl-C comes twice', async () => {
    const place = new DrillPlace()
    const running = place.start(
      `- { at: 300ms, command: { run: "touch ${marker(place)}", undo: "sleep 1; rm -f ${marker(place)}" } }
- { at: 300ms, signal: { send: STOP, gateway: gateway-2 } }
- { at: 300ms, kill: gateway-1 }`,
      'rate: 10/s, for: 1m',
    )
    await stood(place)
    running.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 200))
    running.child.kill('SIGINT')
    const ended = await running.ended
    expect(ended.code, ended.err).toBe(3)
    expect(ended.err).toContain('undoing what the drill has changed')
    expect(existsSync(marker(place))).toBe(false)
    await place.expectNothingLeft()
  })

  it('that was killed is undone by cleanup, which says what it did', async () => {
    const place = new DrillPlace()
    const running = place.start(standing(place), 'rate: 10/s, for: 1m')
    await stood(place)
    const during = await place.cleanup()
    expect(during.out).toMatch(/^left alone: Drill \(run \S+\) goes on as process \d+\n$/)
    running.child.kill('SIGKILL')
    await running.ended
    expect(existsSync(marker(place))).toBe(true)
    const cleaned = await place.cleanup()
    expect(cleaned.code, cleaned.err).toBe(0)
    expect(cleaned.out).toContain(`: command: run: rm ${marker(place)}`)
    expect(cleaned.out).toMatch(/: signal gateway-2: send SIGCONT to process \d+/)
    expect(existsSync(marker(place))).toBe(false)
    await place.expectNothingLeft()
    expect((await place.cleanup()).out).toBe('no drill has left anything behind\n')
  })
})

describe('a fault that goes wrong', () => {
  it('whose undo fails is printed loudly, stays in the journal, and ends the run with 4', async () => {
    const place = new DrillPlace()
    const undo = `test -e ${marker(place)}`
    const ended = await place.start(
      `- { at: 300ms, for: 300ms, command: { run: "true", undo: "${undo}" } }`,
      'rate: 10/s, for: 1s',
    ).ended
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toContain('THE DRILL FAILED: the fault "command": it could not be undone')
    const result = readResult(place.out)
    expect(result.verdict).toBe('inconclusive')
    expect(result.faults).toMatchObject([{ undone: false, problem: expect.stringContaining('ended with exit code 1') }])
    expect(place.journals()).toHaveLength(1)
    const failed = await place.cleanup()
    expect(failed.code).toBe(4)
    expect(failed.err).toContain('NOT UNDONE: Drill')
    // What stood in the way is mended: the second cleanup can do it.
    const { status } = await import('node:child_process').then(({ spawnSync }) => spawnSync('touch', [marker(place)]))
    expect(status).toBe(0)
    expect((await place.cleanup()).code).toBe(0)
    await place.expectNothingLeft()
  })

  it('when it is made ends the run with 4, and is undone all the same', async () => {
    const place = new DrillPlace()
    const ended = await place.start(
      `- { at: 300ms, for: 300ms, command: { run: "touch ${marker(place)}; exit 7", undo: "rm ${marker(place)}" } }`,
      'rate: 10/s, for: 1s',
    ).ended
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toContain('it could not be made: "touch')
    expect(readResult(place.out).faults).toMatchObject([
      { undone: true, problem: expect.stringContaining('exit code 7') },
    ])
    expect(existsSync(marker(place))).toBe(false)
    await place.expectNothingLeft()
  })

  it('before load, with all that cannot be made, ends with 4 and changes nothing', async () => {
    const place = new DrillPlace()
    const ended = await place.start(`- { at: 1s, for: 1s, command: { run: no-such-program-here -x, undo: none } }
- { at: 1s, for: 1s, signal: { send: TERM, pid file: /nonexistent/x.pid, undo: none } }
- { at: 1s, for: 1s, partition: { interface: nosuch0 } }
- { at: 1s, for: 1s, partition: { address: 10.0.0.1, namespace: nosuch } }
- { at: 1s, for: 1s, ${breaks(place)} }`).ended
    expect(ended.code, ended.err).toBe(4)
    expect(ended.err).toMatch(/scenario\.yaml:\d+:\d+: the fault "command": the program "no-such-program-here" is not/)
    expect(ended.err).toContain('the pid file cannot be read')
    // Without nft that is what is told of the other two.
    expect(ended.err).toMatch(/there is no network interface "nosuch0"|nft is not installed/)
    expect(ended.err).toMatch(/there is no network namespace "nosuch"|nft is not installed/)
    expect(existsSync(place.out)).toBe(false)
    await place.expectNothingLeft()
  })
})
