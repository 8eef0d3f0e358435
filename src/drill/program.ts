import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const KEPT_CHARACTERS = 64_000

/** How a program ended, with what it said on both streams. */
export interface Ended {
  /** Undefined when it ended well. */
  readonly problem: string | undefined
  readonly output: string
}

export interface ProgramOptions {
  readonly timeoutMs: number
  /** What it reads on standard input. */
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs a program to its end, in a process group of its own so that all of it can be ended; never rejects. */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
    })
    let output = ''
    let timedOut = false
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(0, KEPT_CHARACTERS)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    // It may end before it has read.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
    const limit = setTimeout(() => {
      timedOut = true
      endGroup(child.pid)
    }, options.timeoutMs)
    const end = (problem: string | undefined): void => {
      clearTimeout(limit)
      resolve({ problem, output })
    }
    child.once('error', (error) => end(error.message))
    // What it left running in the background may keep its streams open: its own end is what counts.
    child.once('exit', (code, signal) => {
      if (timedOut) end(`did not end within ${options.timeoutMs} ms`)
      else if (code === 0) setImmediate(end, undefined)
      else setImmediate(() => end(`ended with ${signal ?? `exit code ${code}`}${lastLine(output)}`))
    })
  })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function lastLine(output: string): string {
  const line = output.trim().split('\n').at(-1)?.trim() ?? ''
  return line === '' ? '' : `: ${line}`
}

const places = ['/usr/sbin', '/sbin', '/usr/local/sbin']

/** The full name of a program, also where only root has it in the path; undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...places].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    // Not there, or not ours to run: the caller says so.
    return false
  }
}
