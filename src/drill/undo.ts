import { rmSync } from 'node:fs'
import { isSame, type ProcessIdentity } from './process-identity.js'
import { findProgram, runProgram } from './program.js'

/** An HTTP request of a scenario, as plain data. */
export interface HookRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly timeoutMs: number
}

/**
 * How something is undone, as plain data: it stands in the journal before the fault is made, so that another process
 * can do it when this one is killed. Each may be done again without harm.
 */
export type Undo =
  | { readonly kind: 'command'; readonly command: string; readonly timeoutMs: number }
  | { readonly kind: 'http'; readonly request: HookRequest }
  | { readonly kind: 'signal'; readonly process: ProcessIdentity; readonly signal: NodeJS.Signals }
  /** Ends a process of the run, should it have outlived it. */
  | { readonly kind: 'end process'; readonly process: ProcessIdentity }
  | { readonly kind: 'remove folder'; readonly folder: string }
  | { readonly kind: 'nft table'; readonly table: string; readonly namespace: string | undefined }
  | { readonly kind: 'netem'; readonly device: string; readonly namespace: string | undefined }

const SYSTEM_TIMEOUT_MS = 5000

/** In words, as the journal and `siploadgen cleanup` tell it. */
export function describeUndo(undo: Undo): string {
  const within = 'namespace' in undo && undo.namespace !== undefined ? ` in namespace ${undo.namespace}` : ''
  switch (undo.kind) {
    case 'command':
      return `run: ${undo.command}`
    case 'http':
      return `${undo.request.method} ${undo.request.url}`
    case 'signal':
      return `send ${undo.signal} to process ${undo.process.pid}`
    case 'end process':
      return `end process ${undo.process.pid}`
    case 'remove folder':
      return `remove ${undo.folder}`
    case 'nft table':
      return `delete nft table inet ${undo.table}${within}`
    case 'netem':
      return `delete the netem discipline of ${undo.device}${within}`
  }
}

/** Undoes it; gives why it could not be. */
export async function performUndo(undo: Undo): Promise<string | undefined> {
  switch (undo.kind) {
    case 'command':
      return (await runProgram('/bin/sh', ['-c', undo.command], { timeoutMs: undo.timeoutMs })).problem
    case 'http':
      return await callHook(undo.request)
    case 'signal':
      return signalProcess(undo.process, undo.signal)
    case 'end process':
      return signalProcess(undo.process, 'SIGKILL')
    case 'remove folder':
      rmSync(undo.folder, { recursive: true, force: true })
      return undefined
    case 'nft table':
      return await deleteTable(undo.table, undo.namespace)
    case 'netem':
      return await deleteNetem(undo.device, undo.namespace)
  }
}

/** Undefined when the answer is a success (2xx). */
export async function callHook(request: HookRequest): Promise<string | undefined> {
  const { method, url, headers, body, timeoutMs } = request
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { method, headers, body: body ?? null, signal, redirect: 'error' })
    await response.arrayBuffer()
    return response.ok ? undefined : `${method} ${url} was answered ${response.status}`
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message : message
    return `${method} ${url} failed: ${why}`
  }
}

/** A process that is gone needs no signal any more. */
export function signalProcess(known: ProcessIdentity, signal: NodeJS.Signals): string | undefined {
  if (!isSame(known)) return undefined
  try {
    process.kill(known.pid, signal)
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ESRCH' ? undefined : `${signal} to process ${known.pid}: ${message}`
  }
}

/** The program and arguments, within a network namespace where one is named. */
export function inNamespace(namespace: string | undefined, name: string, args: readonly string[]) {
  const program = findProgram(name) ?? name
  if (namespace === undefined) return { program, args }
  return { program: findProgram('ip') ?? 'ip', args: ['netns', 'exec', namespace, program, ...args] }
}

/** A namespace that is gone has taken its rules with it. */
const isGone = (problem: string): boolean =>
  /No such file or directory|Cannot open network namespace|Cannot find device|does not exist|handle of zero/i.test(
    problem,
  )

async function deleteTable(table: string, namespace: string | undefined): Promise<string | undefined> {
  const { program, args } = inNamespace(namespace, 'nft', ['delete', 'table', 'inet', table])
  const { problem, output } = await runProgram(program, args, { timeoutMs: SYSTEM_TIMEOUT_MS })
  return problem === undefined || isGone(`${problem} ${output}`) ? undefined : problem
}

async function deleteNetem(device: string, namespace: string | undefined): Promise<string | undefined> {
  const { program, args } = inNamespace(namespace, 'tc', ['qdisc', 'del', 'dev', device, 'root', 'netem'])
  const { problem, output } = await runProgram(program, args, { timeoutMs: SYSTEM_TIMEOUT_MS })
  return problem === undefined || isGone(`${problem} ${output}`) ? undefined : problem
}
