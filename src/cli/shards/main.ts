import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import { collectForSteadyLoad } from '../garbage-collection.js'
import type { ShardCommand, ShardNotice } from './shard-messages.js'
import { ShardRun } from './shard-run.js'

const tell = (notice: ShardNotice): void => {
  // The run is gone when it cannot be told: `disconnect` ends this process.
  if (process.connected) process.send?.(notice, undefined, undefined, () => {})
}

function fail(error: unknown): void {
  if (!(error instanceof SiploadgenError)) {
    process.stderr.write(`siploadgen: a bug: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
    process.exit(exitCode.bug)
  }
  const { code, detail, place, hint } = error
  tell({ kind: 'failed', code, detail, place, hint })
}

collectForSteadyLoad()

let opened: Promise<ShardRun> | undefined

async function obey(command: ShardCommand): Promise<void> {
  if (command.kind === 'prepare') opened = ShardRun.open(command.task, tell)
  const run = await opened
  if (!run) throw new Error(`a shard was told "${command.kind}" before its task`)
  switch (command.kind) {
    case 'prepare':
      return run.prepare()
    case 'load':
      return run.load(command.atMachineMs)
    case 'stop':
      return run.stop(command.reason)
    case 'cut':
      return run.cut()
    case 'end':
      await run.end()
      process.exit()
  }
}

process.on('uncaughtException', fail)
process.on('message', (command: ShardCommand) => void obey(command).catch(fail))
// The run is gone, whatever became of it: nobody would hear of these calls.
process.on('disconnect', () => process.exit())
// A signal goes to the whole process group: the run ends its shards in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
