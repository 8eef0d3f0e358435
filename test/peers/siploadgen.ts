import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunResult } from '../../src/model/result.js'
import { type Peer, startPeer } from './peer.js'
import { temporaryFolder } from './temporary-folder.js'

export interface SiploadgenOptions {
  /** Inputs of the scenario. */
  readonly set?: Readonly<Record<string, string>>
  readonly seed?: number
  readonly shards?: number
  readonly env?: Readonly<Record<string, string>>
  readonly withinMs?: number
}

export interface SiploadgenRun {
  readonly code: number | null
  readonly output: string
  /** Where its files are. */
  readonly folder: string
  /** The stored result; undefined when the run ended before there was one. */
  readonly result: RunResult | undefined
}

/** The exit code of a run that should end with `code`: a machine that is too busy makes it inconclusive, whatever else. */
export const codeUnlessBusy = (code: number, { result }: SiploadgenRun): number =>
  result?.generator.saturated ? 3 : code

export interface StartedSiploadgen {
  readonly peer: Peer
  /** Waits until load begins, when a first result is written; the moment of performance.now(). */
  loadBegun(): Promise<number>
  /** Waits for the end; a run that takes longer than it may is an error. */
  ended(): Promise<SiploadgenRun>
}

const program = new URL('../../bin/siploadgen.js', import.meta.url).pathname

/** The file of a scenario written in a test. */
export function scenarioFile(text: string): string {
  const file = join(temporaryFolder('scenario'), 'scenario.yaml')
  writeFileSync(file, text)
  return file
}

/** Starts `siploadgen run` as a user would: the built program, in a process of its own. */
export async function startSiploadgen(file: string, options: SiploadgenOptions = {}): Promise<StartedSiploadgen> {
  const folder = temporaryFolder('run')
  const args = [program, 'run', file, '--out', folder, '--quiet']
  for (const [name, value] of Object.entries(options.set ?? {})) args.push('--set', `${name}=${value}`)
  if (options.seed !== undefined) args.push('--seed', `${options.seed}`)
  if (options.shards !== undefined) args.push('--shards', `${options.shards}`)
  const peer = await startPeer({ command: process.execPath, args, cwd: folder, env: options.env ?? {} })
  const result = (): RunResult | undefined => {
    try {
      return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  const ended = async (): Promise<SiploadgenRun> => {
    const withinMs = options.withinMs ?? 60_000
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, withinMs, undefined)
    })
    const exit = await Promise.race([peer.exit, patience])
    clearTimeout(timer)
    if (exit === undefined) {
      await peer.stop()
      throw new Error(`siploadgen did not end within ${withinMs} ms:\n${peer.output()}`)
    }
    return { code: exit.code, output: peer.output(), folder, result: result() }
  }
  return { peer, loadBegun: () => firstResult(peer, result), ended }
}

const pollMs = 10

async function firstResult(peer: Peer, result: () => RunResult | undefined): Promise<number> {
  let over = false
  void peer.exit.then(() => {
    over = true
  })
  while (result() === undefined) {
    if (over) throw new Error(`siploadgen ended before load began:\n${peer.output()}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return performance.now()
}

export const runSiploadgen = async (file: string, options: SiploadgenOptions = {}): Promise<SiploadgenRun> =>
  (await startSiploadgen(file, options)).ended()
