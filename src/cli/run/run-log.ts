import type { CallRecord, RegistrationRecord } from '../../model/record.js'

export const logLevels = ['error', 'warn', 'info', 'debug'] as const

export type LogLevel = (typeof logLevels)[number]

/** Lines of one kind before the rest is only counted: a storm of failures must not become a storm of lines. */
const LINES_OF_A_KIND = 20

/** What happens in a run, line by line on standard error: `warn` failures, `info` also registrations, `debug` calls. */
export class RunLog {
  readonly #level: number
  readonly #write: (line: string) => void
  readonly #written = new Map<string, number>()

  constructor(level: LogLevel, write: (line: string) => void) {
    this.#level = logLevels.indexOf(level)
    this.#write = write
  }

  call(record: CallRecord): void {
    if (record.asMeant) this.#line('debug', 'call', () => `call ${record.number} ${record.flow}: ${record.outcome}`)
    else {
      const text = (): string =>
        `call ${record.number} ${record.flow} (${record.callId}): ${record.outcome} ${record.status || ''} ${record.reason}`
      this.#line('warn', `call ${record.outcome}`, text)
    }
  }

  registration(record: RegistrationRecord): void {
    const who = (): string => `${record.group} ${record.agent}`
    if (!record.ok) this.#line('warn', 'registration', () => `${who()}: not registered: ${record.reason}`)
    else this.#line('info', 'registered', () => `${who()}: ${record.refresh ? 'refreshed' : 'registered'}`)
  }

  connectionLost(group: string, agent: string, reason: string): void {
    this.#line('warn', 'connection', () => `${group} ${agent}: connection lost: ${reason}`)
  }

  /** A name that was looked up again while load runs. */
  lookUpFailed(text: string): void {
    this.#line('warn', 'look-up', () => `targets are kept as they are: ${text}`)
  }

  targetSwitched(group: string, agent: string, from: string, to: string): void {
    this.#line('warn', 'switch', () => `${group} ${agent}: ${from} failed, turns to ${to}`)
  }

  #line(level: LogLevel, kind: string, text: () => string): void {
    if (logLevels.indexOf(level) > this.#level) return
    const count = (this.#written.get(kind) ?? 0) + 1
    this.#written.set(kind, count)
    // At debug everything is wanted.
    if (this.#level < logLevels.indexOf('debug') && count > LINES_OF_A_KIND) {
      if (count === LINES_OF_A_KIND + 1) this.#write(`${level} further lines of this kind are left out\n`)
      return
    }
    this.#write(`${level} ${text()}\n`)
  }
}
