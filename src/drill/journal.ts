import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { SiploadgenError } from '../base/errors.js'
import type { ProcessIdentity } from './process-identity.js'
import type { Undo } from './undo.js'

export interface JournalEntry {
  readonly id: number
  /** Name of the fault, or what of the run the entry is about. */
  readonly of: string
  readonly undo: Undo
}

/** What a journal file holds. */
export interface JournalContent {
  readonly schema: 'siploadgen/drill-journal@1'
  readonly run: string
  readonly scenario: string
  readonly startedAt: string
  /** The run that wrote it. */
  readonly owner: ProcessIdentity
  /** What is not undone yet, oldest first. */
  readonly entries: readonly JournalEntry[]
}

const suffix = '.json'

/**
 * The undo of everything that a drill has changed, on disk before it is changed. Written whole to a new file and
 * renamed, so that a crash leaves the old or the new, and synced, so that a power cut does too.
 */
export class Journal {
  readonly file: string
  #content: JournalContent
  #nextId: number

  private constructor(file: string, content: JournalContent) {
    this.file = file
    this.#content = content
    this.#nextId = Math.max(-1, ...content.entries.map(({ id }) => id)) + 1
  }

  /** Begins a journal; its file comes with the first entry. */
  static begin(folder: string, content: Omit<JournalContent, 'schema' | 'entries'>): Journal {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw unwritable(folder, error)
    }
    const file = join(folder, `${content.run}${suffix}`)
    return new Journal(file, { schema: 'siploadgen/drill-journal@1', ...content, entries: [] })
  }

  /** Every journal of a folder; one that cannot be read is told by name. */
  static all(folder: string): { journals: Journal[]; unreadable: string[] } {
    const journals: Journal[] = []
    const unreadable: string[] = []
    for (const name of namesIn(folder)
      .filter((each) => each.endsWith(suffix))
      .sort()) {
      const file = join(folder, name)
      const content = read(file)
      if (content) journals.push(new Journal(file, content))
      else unreadable.push(file)
    }
    return { journals, unreadable }
  }

  get content(): JournalContent {
    return this.#content
  }

  /** Writes down how something is undone; it may be done once this has returned. */
  add(of: string, undo: Undo): JournalEntry {
    const entry = { id: this.#nextId++, of, undo }
    this.#write([...this.#content.entries, entry])
    return entry
  }

  /** It is undone. With the last entry the file goes. */
  remove(entry: JournalEntry): void {
    this.#write(this.#content.entries.filter(({ id }) => id !== entry.id))
  }

  #write(entries: readonly JournalEntry[]): void {
    this.#content = { ...this.#content, entries }
    try {
      if (entries.length > 0) replaceFile(this.file, `${JSON.stringify(this.#content, undefined, 2)}\n`)
      else for (const file of [this.file, `${this.file}.new`]) rmSync(file, { force: true })
    } catch (error) {
      throw unwritable(this.file, error)
    }
  }
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`
  const descriptor = openSync(temporary, 'w', 0o600)
  writeSync(descriptor, text)
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(temporary, file)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function read(file: string): JournalContent | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Partial<JournalContent>
    const complete = Array.isArray(content.entries) && content.owner !== undefined && content.run !== undefined
    return content.schema === 'siploadgen/drill-journal@1' && complete ? (content as JournalContent) : undefined
  } catch (error) {
    if (error instanceof SyntaxError || 'code' in (error as object)) return undefined
    throw error
  }
}

const unwritable = (place: string, cause: unknown): SiploadgenError =>
  new SiploadgenError('environment/journal', `${place}: ${(cause as Error).message}`, { cause })
