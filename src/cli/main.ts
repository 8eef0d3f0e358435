import { exitCode } from '../base/error-table.js'
import { SiploadgenError } from '../base/errors.js'
import { startCommand } from './command-line.js'

const LINGER_MS = 1000

const output = {
  out: (text: string): void => void process.stdout.write(text),
  err: (text: string): void => void process.stderr.write(text),
}

/** Runs one command; the process ends with the exit code of the public contract. */
export async function main(args: readonly string[]): Promise<void> {
  // Thrown from a timer or a socket it would otherwise end the process with 1, which means a missed threshold.
  process.on('uncaughtException', endWithBug)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreGoneReader)
  process.exitCode = await codeOf(args)
  // A connection that is still being tried must not keep the program once everything is said.
  setTimeout(() => process.exit(), LINGER_MS).unref()
}

function endWithBug(error: unknown): never {
  describeBug(error)
  // Whatever else the run holds open would keep the process alive.
  process.exit(exitCode.bug)
}

/** `siploadgen ... | head`: the verdict does not depend on who reads it. */
function ignoreGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

function describeBug(error: unknown): void {
  output.err(`siploadgen: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

async function codeOf(args: readonly string[]): Promise<number> {
  try {
    return (await startCommand(args, output)) ?? exitCode.pass
  } catch (error) {
    if (error instanceof SiploadgenError) {
      output.err(`siploadgen: ${error.describe()}\n`)
      return error.exitCode
    }
    return endWithBug(error)
  }
}
