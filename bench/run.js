import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { measureCosts } from './costs.js'
import { comparePeers, missingPeer, sippVersion } from './peers.js'

const micro = ['message.js', 'media.js', 'srtp.js', 'quality.js', 'mark.js', 'capture.js']
const pageFile = fileURLToPath(new URL('../docs/performance.md', import.meta.url))
const begin = '<!-- figures: written by npm run bench -- --write -->'
const end = '<!-- end of figures -->'

const microseconds = ({ median, low, high }) => `${median.toFixed(0)} (${low.toFixed(0)} to ${high.toFixed(0)})`
const times = ({ median, low, high }) => `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`

function runMicro(file) {
  const path = fileURLToPath(new URL(`./micro/${file}`, import.meta.url))
  const { stdout, status } = spawnSync(process.execPath, [path], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`${file} ended with ${status}`)
  process.stdout.write(stdout)
  return stdout.trimEnd()
}

function tableOf(rows) {
  const lines = [
    '| calls/s | calls | rounds | SIPp | siploadgen, load only | of it user | siploadgen, whole run | load only / SIPp | whole run / SIPp |',
    '|---|---|---|---|---|---|---|---|---|',
  ]
  for (const row of rows) {
    const cells = [
      row.rate,
      row.calls,
      row.rounds,
      microseconds(row.sipp),
      microseconds(row.load),
      microseconds(row.loadUser),
    ]
    cells.push(microseconds(row.whole), times(row.loadRatio), times(row.wholeRatio))
    lines.push(`| ${cells.join(' | ')} |`)
  }
  return lines.join('\n')
}

function figures(microTexts, table, costs) {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, Node.js ${process.versions.node}`
  const signalling = table === undefined ? '' : `CPU in microseconds per call, SIPp ${sippVersion()}.\n\n${table}\n\n`
  return `${machine}. Median of the rounds, with the lowest and the highest.\n\n${signalling}${costs}\n\n\`\`\`\n${microTexts.join('\n')}\n\`\`\``
}

function writePage(text) {
  const page = readFileSync(pageFile, 'utf8')
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${pageFile} has lost its marks`)
  writeFileSync(pageFile, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`)
}

const microTexts = micro.map(runMicro)
const costs = await measureCosts()
console.log(`${costs.text}\n\n${costs.tables}`)
const missing = missingPeer()
let table
if (missing !== undefined) console.log(`the comparison with SIPp is skipped: ${missing}`)
else {
  const rows = await comparePeers()
  table = tableOf(rows)
  console.log(`\nCPU in microseconds per call: median (lowest to highest)\n${table}`)
  for (const { rate, loadRatio, limit } of rows) {
    const ratio = `${rate} calls/s: ${loadRatio.median.toFixed(2)} times SIPp`
    if (limit === undefined) {
      console.log(ratio)
      continue
    }
    const kept = loadRatio.median <= limit
    console.log(`${ratio}, limit ${limit}: ${kept ? 'kept' : 'MISSED'}`)
    if (!kept) process.exitCode = 1
  }
}
if (process.argv.includes('--write')) writePage(figures([...microTexts, costs.text], table, costs.tables))
