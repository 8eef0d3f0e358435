import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SiploadgenError } from '../base/errors.js'
import type { RunResult } from '../model/result.js'
import { capResult } from './cap-result.js'
import { json } from './json.js'

/** Where runs have their folders, from the folder in which the command was given. */
export const reportsFolder = 'reports'

/** The contract's limit is 20 MB; what is left is for scenarios with many names. */
const maxBytes = 19_000_000

/** `20261120T192100Z-browsers-call-desk-phones`: sorts by time and is safe on every file system. */
export function runFolderName(startedAt: Date, scenarioName: string): string {
  const time = startedAt.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')
  const name = scenarioName
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return `${time}-${name === '' ? 'run' : name}`
}

const explain = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function orWriteError<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw new SiploadgenError('environment/write', `cannot write ${path}: ${explain(error)}`, { cause: error })
  }
}

const temporaryName = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)

/**
 * Replaces a file in one step, so that a reader or a killed run never sees half of one: written beside it, forced to
 * disk, renamed.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  orWriteError(path, () => {
    const temporary = temporaryName(path)
    const file = openSync(temporary, 'w', 0o644)
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
      fsyncSync(file)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  })
}

/** The folder of a run, and what is in it. */
export class RunFolder {
  readonly path: string
  #writing = false
  #finished = false

  constructor(path: string) {
    this.path = path
  }

  /** `name` may lead into a folder of its own. */
  writeFile(name: string, content: string | Uint8Array): void {
    const path = join(this.path, name)
    orWriteError(path, () => mkdirSync(dirname(path), { recursive: true }))
    writeWhole(path, content)
  }

  /** The result of the finished run; what does not fit is left out in the order of its worth. */
  writeResult(result: RunResult): void {
    this.#finished = true
    this.writeFile(json.file, json.render(capResult(result, maxBytes)))
  }

  /**
   * What a run that is killed leaves behind. It is written while load runs and so without waiting for the disk; a
   * write that has not ended when the next is due makes that one needless. A disk that fails here fails
   * {@link writeResult} too, which is where it is reported.
   */
  writeProgress(result: () => RunResult): void {
    if (this.#writing || this.#finished) return
    this.#writing = true
    const path = join(this.path, json.file)
    const temporary = `${temporaryName(path)}.progress`
    writeSynced(temporary, json.render(capResult(result(), maxBytes)))
      .then(() => (this.#finished ? rmSync(temporary, { force: true }) : renameSync(temporary, path)))
      .catch(() => rmSync(temporary, { force: true }))
      .finally(() => {
        this.#writing = false
      })
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o644)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Creates the folder of a run: `outFolder` as it is, or a new one under `reports`, to which `reports/latest` then
 * points.
 */
export function openRunFolder(options: {
  readonly outFolder: string | undefined
  readonly reportsFolder: string
  readonly startedAt: Date
  readonly scenarioName: string
}): RunFolder {
  const path = options.outFolder ?? createUnique(options)
  orWriteError(path, () => mkdirSync(path, { recursive: true }))
  if (options.outFolder === undefined) pointLatest(options.reportsFolder, basename(path))
  return new RunFolder(path)
}

/** Two runs may start within a second: the later one gets a number. */
function createUnique(options: { reportsFolder: string; startedAt: Date; scenarioName: string }): string {
  const name = runFolderName(options.startedAt, options.scenarioName)
  return orWriteError(options.reportsFolder, () => {
    mkdirSync(options.reportsFolder, { recursive: true })
    for (let number = 1; ; number++) {
      const path = join(options.reportsFolder, number === 1 ? name : `${name}-${number}`)
      try {
        mkdirSync(path)
        return path
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  })
}

/** A symbolic link, or a text file with the name where the system has none to give. */
function pointLatest(reportsFolder: string, folder: string): void {
  const latest = join(reportsFolder, 'latest')
  orWriteError(latest, () => {
    const temporary = join(reportsFolder, `.latest.${process.pid}.tmp`)
    rmSync(temporary, { force: true })
    try {
      symlinkSync(folder, temporary, 'dir')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'ENOTSUP') throw error
      writeFileSync(temporary, `${folder}\n`)
    }
    renameSync(temporary, latest)
  })
}
