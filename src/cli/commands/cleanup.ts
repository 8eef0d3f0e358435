import { join } from 'node:path'
import { exitCode } from '../../base/error-table.js'
import { SiploadgenError } from '../../base/errors.js'
import { cleanUp } from '../../drill/cleanup.js'
import { stateFolder } from '../../drill/state-folder.js'
import type { CommandOutput } from './validate.js'

/** `siploadgen cleanup`: undoes what killed drills have left, and says what it did. */
export async function cleanupCommand(run: string | undefined, output: CommandOutput): Promise<number> {
  const { done, failed, running } = await cleanUp(join(stateFolder(), 'drills'), run)
  for (const line of done) output.out(`undone: ${line}\n`)
  for (const line of running) output.out(`left alone: ${line}\n`)
  for (const line of failed) output.err(`NOT UNDONE: ${line}\n`)
  if (done.length + failed.length + running.length === 0) output.out('no drill has left anything behind\n')
  if (failed.length === 0) return exitCode.pass
  throw new SiploadgenError(
    'environment/undo',
    `${failed.length} of ${failed.length + done.length} could not be undone`,
  )
}
