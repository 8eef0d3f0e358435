import { readFileSync } from 'node:fs'

/** What the scheduler knows of a thread. */
export interface RunQueue {
  /** Nanoseconds on a CPU. */
  readonly ranNs: number
  /** Nanoseconds in which the thread could have run and had to wait for a CPU. */
  readonly waitedNs: number
}

/** Of the main thread of a process, or of the calling thread. */
export function readRunQueue(pid?: number): RunQueue {
  const path = pid === undefined ? '/proc/thread-self/schedstat' : `/proc/${pid}/task/${pid}/schedstat`
  const [ranNs = Number.NaN, waitedNs = Number.NaN] = readFileSync(path, 'latin1').trim().split(' ').map(Number)
  return { ranNs, waitedNs }
}

/**
 * The share of its wanted time that a thread had to wait for a CPU: close to 0 on a machine that is otherwise idle,
 * a half where another busy thread shares its CPU.
 */
export function waitingShare(from: RunQueue, to: RunQueue): number {
  const waited = to.waitedNs - from.waitedNs
  const ran = to.ranNs - from.ranNs
  return waited / Math.max(1, waited + ran)
}
