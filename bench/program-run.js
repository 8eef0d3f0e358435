import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuMsOf } from './process-tree.js'

const program = fileURLToPath(new URL('../bin/siploadgen.js', import.meta.url))
const scenarioOf = (name) => fileURLToPath(new URL(`./scenarios/${name}.yaml`, import.meta.url))
/** Ten thousand agents connect and register first. */
const startWithinMs = 120_000
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A process that is ended, with what it started, at the end of `work`. */
export async function withProcess(command, args, options, work) {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  try {
    return await work({ pid: child.pid, output: () => output, ended })
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
  }
}

export async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'siploadgen-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

export async function until(what, isSo) {
  const endMs = performance.now() + startWithinMs
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`${what} took longer than ${startWithinMs} ms`)
    await sleep(20)
  }
}

/** A run of the real program; `starting` sees its process, `work` begins when load does. */
export function withRun(place, scenario, inputs, work, starting = () => {}) {
  return withFolder((out) => {
    const set = Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    const args = [program, 'run', scenarioOf(scenario), ...set, '--out', out, '--quiet']
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: place.caFile }
    return withProcess(process.execPath, args, { env }, async (run) => {
      const file = join(out, 'result.json')
      starting(run)
      await until(`${scenario}: load`, () => existsSync(file))
      const result = async () => {
        await run.ended
        return JSON.parse(readFileSync(file, 'utf8'))
      }
      return await work({ ...run, result })
    })
  })
}

/** The series of a metric over all of a run; undefined when it has none. */
export const seriesOf = (metrics, name) =>
  metrics.find((series) => series.name === name && Object.keys(series.tags).length === 0)

/** Milliseconds of CPU of a process tree for each second of a window. */
export async function cpuOver(pid, ms) {
  const before = cpuMsOf(pid)
  const fromMs = performance.now()
  await sleep(ms)
  return (cpuMsOf(pid) - before) / ((performance.now() - fromMs) / 1000)
}
