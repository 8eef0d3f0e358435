import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../src/base/virtual-clock.js'
import type { ShardTask } from '../../src/cli/shards/shard-messages.js'
import { ShardProcess, SILENT_MS } from '../../src/cli/shards/shard-process.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

/** A shard that speaks when it is told to cut its load, and hangs otherwise. */
const program = `
process.on('message', ({ kind }) => {
  if (kind === 'prepare') process.send({ kind: 'ready' })
  if (kind === 'cut') process.send({ kind: 'live', live: {}, context: {} })
  if (kind === 'end') process.exit(3)
})`

const task: ShardTask = {
  shard: { index: 1, of: 4 },
  file: 'scenario.yaml',
  sha256: '',
  set: {},
  seed: 1,
  nameServers: [],
  allowTargets: [],
  logLevel: 'warn',
  gateways: [],
  targets: undefined,
}

describe('a shard', () => {
  let child: ChildProcess
  let clock: VirtualClock
  let shard: ShardProcess

  beforeEach(async () => {
    const file = join(temporaryFolder('shard'), 'shard.cjs')
    writeFileSync(file, program)
    child = fork(file, { serialization: 'advanced' })
    clock = new VirtualClock()
    shard = new ShardProcess(task, child, clock)
    await shard.ready
  })
  afterEach(async () => {
    shard.kill()
    await shard.ended
  })

  it('that is silent for 30 s is killed and lost', async () => {
    clock.advance(SILENT_MS - 1)
    expect([shard.lost, child.killed]).toEqual([undefined, false])
    clock.advance(1)
    expect(child.killed).toBe(true)
    await Promise.all([shard.ended, shard.over])
    expect(shard.lost).toBe(
      `shard 2 of 4 (process ${child.pid}) was lost (silent for 30 s): what it did after 0.0 s of load is not known`,
    )
    expect(shard.broken).toBe(false)
  })

  it('that speaks has another 30 s', async () => {
    clock.advance(SILENT_MS - 1)
    shard.tell({ kind: 'cut' })
    await expect.poll(() => shard.live, { timeout: 5000 }).toBeDefined()
    clock.advance(SILENT_MS - 1)
    expect(child.killed).toBe(false)
    clock.advance(1)
    expect(child.killed).toBe(true)
  })

  it('that has ended is lost by its exit code, and nothing waits for its words any more', async () => {
    shard.tell({ kind: 'end' })
    await shard.ended
    expect(shard.lost).toContain('was lost (exit code 3)')
    expect(clock.armedCount).toBe(0)
  })
})
