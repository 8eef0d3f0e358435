// Whether anything grows in a long run: `node bench/endurance.js [calls/s] [minutes]` after `npm run build`; 8,000 calls/s
// for 60 minutes when left out, against SIPp's UAS, of which one in a hundred has audio between phones of our own.
import { readdirSync, readFileSync } from 'node:fs'
import { freePort, missingPeer, withUas } from './peers.js'
import { seriesOf, sleep, withRun } from './program-run.js'

const sampleMs = 10_000
const rowMinutes = 5

const [rate = '8000', minutes = '60'] = process.argv.slice(2)

/** Resident memory in MB and open descriptors of a process; undefined when it is over. */
function sampleOf(pid) {
  try {
    const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kB && { memory: Number(kB) / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length }
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined
    throw error
  }
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

/** A line of the table for the samples of some minutes. */
function row(from, to, samples) {
  const memory = samples.map((sample) => sample.memory)
  const descriptors = samples.map((sample) => sample.descriptors)
  const cells = [mean(memory), Math.min(...memory), Math.max(...memory), mean(descriptors), Math.max(...descriptors)]
  console.log(`| ${from} to ${to} | ${cells.map((cell) => cell.toFixed(0)).join(' | ')} |`)
  return { memory: mean(memory), descriptors: mean(descriptors) }
}

/** Rows as the run goes on, until it is over. */
async function watch({ pid, ended }) {
  const rows = []
  let samples = []
  const perRow = (rowMinutes * 60_000) / sampleMs
  for (let sample = sampleOf(pid); sample; sample = sampleOf(pid)) {
    samples.push(sample)
    if (samples.length === perRow) {
      rows.push(row(rows.length * rowMinutes, (rows.length + 1) * rowMinutes, samples))
      samples = []
    }
    await Promise.race([sleep(sampleMs), ended])
  }
  return rows
}

function tell(rows, { calls, verdict, reasons, metrics, generator }) {
  const [, settled] = rows
  const last = rows.at(-1)
  if (!settled || settled === last) console.log('too short for a comparison: the first five minutes do not count')
  else {
    const growth = ((last.memory / settled.memory - 1) * 100).toFixed(1)
    const more = (last.descriptors - settled.descriptors).toFixed(1)
    console.log(`\nlast ${rowMinutes} minutes against minutes 5 to 10: memory ${growth} %, descriptors ${more}`)
  }
  const value = (name) => seriesOf(metrics, name)?.value ?? 0
  console.log(
    `${calls.attempted} calls, ${calls.completed} completed, ${calls.failed} failed, ${value('media.calls')} with audio,`,
  )
  console.log(`${value('sip.retransmissions')} messages sent again; ${verdict}`)
  console.log(`CPU ${generator.cpuSeconds.toFixed(0)} s; ${reasons.join('; ')}`)
}

async function endure(target) {
  const inputs = { target, phones: `127.0.0.1:${await freePort()}`, rate: `${rate}/s`, hold: `${minutes}m` }
  await withRun({}, 'endurance', inputs, async (run) => tell(await watch(run), await run.result()))
}

const missing = missingPeer('sipp')
if (missing !== undefined) throw new Error(missing)
console.log('| minutes | memory, MB, mean | least | most | descriptors, mean | most |\n|---|---|---|---|---|---|')
await withUas(endure)
