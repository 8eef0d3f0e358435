import type { RunResult } from '../model/result.js'

export interface RenderOptions {
  /** ANSI colours, for a terminal. */
  readonly colours?: boolean
}

/** A pure function from a result to bytes, with what the command line says of it. */
export interface Reporter {
  readonly name: string
  readonly help: string
  /** Of the file it writes, without a dot. */
  readonly extension: string
  /** File of a run that holds it. */
  readonly file: string
  render(result: RunResult, options?: RenderOptions): string | Uint8Array
}
