import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'
import type { RunResult } from '../../src/model/result.js'

const root = resolve(import.meta.dirname, '../..')
export const program = join(root, 'bin/siploadgen.js')
export const scenarioFile = (name: string): string => join(root, 'scenarios', `${name}.yaml`)

const folders: string[] = []
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder for one test, removed at the end of its file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-e2e-'))
  folders.push(folder)
  return folder
}

export function writeScenario(text: string, folder = temporaryFolder()): string {
  const file = join(folder, 'scenario.yaml')
  writeFileSync(file, text)
  return file
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
  readonly ms: number
}

/** A running program. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has written to standard error and output so far. */
  err(): string
  out(): string
  /** Resolves when the text, or a match, has appeared on either stream. */
  said(pattern: RegExp, limitMs?: number): Promise<void>
}

export function start(
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly limitMs?: number
    readonly command?: string
    readonly environment?: Readonly<Record<string, string>>
  } = {},
): Running {
  const { cwd = temporaryFolder(), limitMs = 60_000, command, environment } = options
  const env = { ...process.env, ...environment }
  const startedMs = performance.now()
  const child = command
    ? spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  // A test that waits for ever says less than one that shows what was written until then.
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const ended = new Promise<Ended>((done) =>
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      done({ code, signal, out, err, ms: performance.now() - startedMs })
    }),
  )
  const said = async (pattern: RegExp, waitMs = 20_000): Promise<void> => {
    const untilMs = performance.now() + waitMs
    while (!pattern.test(out) && !pattern.test(err)) {
      if (performance.now() > untilMs) throw new Error(`it did not say ${pattern}: ${out}${err}`)
      await new Promise((resume) => setTimeout(resume, 20))
    }
  }
  return { child, ended, err: () => err, out: () => out, said }
}

export const run = (
  args: readonly string[],
  options: {
    readonly cwd?: string
    readonly limitMs?: number
    readonly environment?: Readonly<Record<string, string>>
  } = {},
): Promise<Ended> => start(args, options).ended

export const readResult = (folder: string): RunResult =>
  JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult

/**
 * A run that must pass. A busy machine may make it inconclusive, and nothing else may: that is printed, because the
 * figures of such a run still have to be right.
 */
export function expectPass(ended: Ended, result: RunResult): void {
  if (result.verdict === 'pass' && ended.code === 0) return
  if (result.verdict === 'inconclusive' && ended.code === 3 && result.generator.saturated) {
    process.stderr.write(`note: the generator was saturated: ${result.generator.reasons.join('; ')}\n`)
    return
  }
  throw new Error(`exit ${ended.code}, ${result.verdict}: ${result.reasons.join('; ')}\n${ended.err}`)
}

/** Whether a process with this id lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export async function until(holds: () => boolean, limitMs: number, what: string): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`it never came about that ${what}`)
    await new Promise((resume) => setTimeout(resume, 20))
  }
}

/** Children of a process, by the system's own account. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? -1)
  } catch {
    // It ended between the listing and the reading.
    return -1
  }
}
