import { parseArgs } from 'node:util'
import { machine, writeFigures } from './figures-page.js'
import { comparePeers, missingPeer, sippVersion } from './peers.js'

/**
 * `npm run bench:peers -- [--sipp PATH] [--rounds N] [--write]`: the CPU of a call beside SIPp of Debian and, where its
 * path is given, beside a newer one. Ends with 1 when a limit is missed or SIPp is missing.
 */
const { values } = parseArgs({
  options: {
    sipp: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is no number of rounds`)
const missing = missingPeer('sipp') ?? (values.sipp === undefined ? undefined : missingPeer(values.sipp))
if (missing !== undefined) {
  console.log(`there is no comparison: ${missing}`)
  process.exit(1)
}

const microseconds = ({ median, low, high }) => `${median.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`
const times = ({ median, low, high }) => `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`

/** Each column: its title and what a row has in it. */
function columnsOf(newer) {
  const name = `SIPp ${sippVersion('sipp')}`
  const columns = [
    ['calls/s', (row) => row.rate],
    ['calls', (row) => row.calls],
    ['rounds', (row) => row.rounds],
    [name, (row) => microseconds(row.cost.sipp)],
    ['siploadgen, load only', (row) => microseconds(row.cost.load)],
    ['of it user', (row) => microseconds(row.cost.loadUser)],
    ['siploadgen, whole run', (row) => microseconds(row.cost.whole)],
    [`load only / ${name}`, (row) => times(row.ratio.load)],
    [`whole run / ${name}`, (row) => times(row.ratio.whole)],
  ]
  if (newer === undefined) return columns
  const newerName = `SIPp ${sippVersion(newer)}`
  return [
    ...columns,
    [newerName, (row) => microseconds(row.cost.newer)],
    [`load only / ${newerName}`, (row) => times(row.newerRatio.load)],
    [`whole run / ${newerName}`, (row) => times(row.newerRatio.whole)],
  ]
}

function tableOf(rows, columns) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const head = [line(columns.map(([title]) => title)), `|${'---|'.repeat(columns.length)}`]
  return [...head, ...rows.map((row) => line(columns.map(([, cell]) => cell(row))))].join('\n')
}

const rows = await comparePeers({ rounds, newer: values.sipp })
const table = tableOf(rows, columnsOf(values.sipp))
console.log(`\nCPU in microseconds per call: median (lowest to highest)\n${table}`)
for (const { rate, ratio, limit } of rows) {
  const text = `${rate} calls/s: ${ratio.load.median.toFixed(2)} times SIPp`
  const kept = limit === undefined || ratio.load.median <= limit
  console.log(limit === undefined ? text : `${text}, limit ${limit}: ${kept ? 'kept' : 'MISSED'}`)
  if (!kept) process.exitCode = 1
}
if (values.write) {
  const heading = `${machine()}. Median of the rounds, with the lowest and the highest: CPU in microseconds per call.`
  writeFigures('npm run bench:peers', `${heading}\n\n${table}`)
}
