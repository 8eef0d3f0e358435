import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type RunQueue, readRunQueue, waitingShare } from '../peers/run-queue.js'
import { type CalibratedRun, calibratedRun, seriesOf } from './calibrated-run.js'

const holdSeconds = 14
/** Above it other programs, and not the generator or its gateway, decide when packets leave. */
const idleShare = 0.3

/** Looks at the main threads of a process and of its children while they live. */
class RunQueueWatch {
  readonly #first = new Map<number, RunQueue>()
  readonly #last = new Map<number, RunQueue>()
  #timer: NodeJS.Timeout | undefined

  start(pid: number): void {
    this.#timer = setInterval(() => this.#look(pid), 500)
  }

  /** Of the one that waited most. */
  stop(): number {
    clearInterval(this.#timer)
    const shares = [...this.#first].map(([pid, first]) => waitingShare(first, this.#last.get(pid) ?? first))
    return Math.max(...shares)
  }

  #look(pid: number): void {
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')
      for (const each of [pid, ...children.filter((text) => text !== '').map(Number)]) {
        const now = readRunQueue(each)
        if (!this.#first.has(each)) this.#first.set(each, now)
        this.#last.set(each, now)
      }
    } catch (error) {
      // The run has ended between two looks.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
}

function describeRun({ result }: CalibratedRun, waiting: number): string {
  const setUp = seriesOf(result, 'session.setup', 'histogram')
  const jitter = seriesOf(result, 'media.jitter', 'histogram')
  const { cpuSeconds, eventLoopDelayMs, scheduleLagMs, reasons } = result.generator
  return [
    `${result.media.packetsSent} packets sent, ${result.media.packetsReceived} received`,
    `jitter mean ${jitter.mean} ms, set-up p50 ${setUp.p50} ms, p99 ${setUp.p99} ms`,
    `event loop delay p99 ${eventLoopDelayMs} ms, schedule lag p99 ${scheduleLagMs} ms, CPU ${cpuSeconds} s`,
    `waited ${(waiting * 100).toFixed(1)} % of the time for a CPU; ${result.verdict} ${reasons.join('; ')}`,
  ].join('\n')
}

it('holds 200 calls with G.711 both ways between 1,000 registered phones through the embedded gateway', async () => {
  const watch = new RunQueueWatch()
  const set = { calls: 200, hold: `${holdSeconds}s` }
  const run = await calibratedRun({ scenario: 'capacity.yaml', set, onStart: (pid) => watch.start(pid) })
  const waiting = watch.stop()
  const { result } = run
  console.info(describeRun(run, waiting))
  expect(seriesOf(result, 'registration.ira', 'ratio')).toMatchObject({ numerator: 0, denominator: 1000 })
  expect(result.agents.browser).toMatchObject({ registered: 500, connections: 500 })
  expect(result.agents.phone).toMatchObject({ registered: 500 })
  expect(result.calls).toMatchObject({ attempted: 200, completed: 200, failed: 0 })
  expect(Math.max(...result.timeline.points.map(({ concurrent }) => concurrent))).toBe(200)
  expect(result.media).toMatchObject({ streams: 400, packetsLost: 0, packetsReceived: result.media.packetsSent })
  expect(result.checks.map(({ verdict }) => verdict)).not.toContain('fail')
  const wanted = 400 * 50 * (holdSeconds - 0.1)
  const good = run.code === 0 && result.media.packetsSent > wanted
  if (!good && waiting > idleShare) {
    console.info('the verdict and the number of packets are not judged: other programs took the CPU')
    return
  }
  expect(result.generator.reasons).toEqual([])
  expect(run.code).toBe(0)
  expect(result.media.packetsSent).toBeGreaterThan(wanted)
})
