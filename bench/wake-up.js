// CPU that a wake-up of the event loop takes which does nothing: `node bench/wake-up.js [milliseconds ...]`, 1 and 4 when left
// out. With idle CPUs, and while programs of the lowest priority keep them from going idle: what sleeping makes cold is the
// difference.
import { spawn } from 'node:child_process'
import { availableParallelism, constants, setPriority } from 'node:os'
import { machine } from './figures-page.js'
import { sleep } from './program-run.js'

const settleMs = 1000
const measuredMs = 5000

/** Wake-ups a second, and microseconds of each, of timers of so long. */
async function wakeUps(everyMs) {
  let count = 0
  let timer
  const wake = () => {
    count++
    timer = setTimeout(wake, everyMs)
  }
  wake()
  await sleep(settleMs)
  const before = { count, cpu: process.cpuUsage() }
  await sleep(measuredMs)
  const { user, system } = process.cpuUsage(before.cpu)
  clearTimeout(timer)
  const woken = count - before.count
  return [(woken * 1000) / measuredMs, (user + system) / woken]
}

async function withBusyCpus(work) {
  const busy = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']))
  for (const { pid } of busy) setPriority(pid, constants.priority.PRIORITY_LOW)
  try {
    return await work()
  } finally {
    for (const child of busy) child.kill('SIGKILL')
  }
}

const words = process.argv.slice(2)
console.log(
  `${machine()}. µs of CPU a wake-up\n\n| a timer of, ms | wake-ups/s | idle CPUs | CPUs kept busy |\n|---|---|---|---|`,
)
for (const everyMs of words.length > 0 ? words.map(Number) : [1, 4]) {
  const [perSecond, idle] = await wakeUps(everyMs)
  const [, busy] = await withBusyCpus(() => wakeUps(everyMs))
  console.log(`| ${[everyMs, perSecond.toFixed(0), idle.toFixed(1), busy.toFixed(1)].join(' | ')} |`)
}
