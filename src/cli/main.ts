import { exitCode } from '../base/error-table.js'
import { SiploadgenError } from '../base/errors.js'
import { startCommand } from './command-line.js'

const output = {
  out: (text: string): void => void process.stdout.write(text),
  err: (text: string): void => void process.stderr.write(text),
}

/** Runs one command; the process ends with the exit code of the public contract. */
export async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await codeOf(args)
}

async function codeOf(args: readonly string[]): Promise<number> {
  try {
    return (await startCommand(args, output)) ?? exitCode.pass
  } catch (error) {
    if (error instanceof SiploadgenError) {
      output.err(`siploadgen: ${error.describe()}\n`)
      return error.exitCode
    }
    output.err(`siploadgen: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return exitCode.bug
  }
}
