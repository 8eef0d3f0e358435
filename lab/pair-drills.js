#!/usr/bin/env node
// Breaks two real Kamailio with two RTPEngine under 200 calls, three ways and three times each, and checks what the
// drill reports against captures at both sides. Needs root, kamailio, rtpengine, tcpdump, tshark and nft.
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startCaptures } from './pair/captures.js'
import { readRun, tableOf } from './pair/comparison.js'

const here = new URL('.', import.meta.url).pathname
const pair = join(here, 'pair.sh')
const program = join(here, '../bin/siploadgen.js')
/** How long each fault lasts: what is killed stays dead to the end, since both daemons of a start anew to mend it. */
const faults = { kamailio: '10m', rtpengine: '10m', partition: '8s' }

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true, default: Object.keys(faults) },
    runs: { type: 'string', default: '3' },
    ptime: { type: 'string', default: '20' },
    folder: { type: 'string' },
    'read-later': { type: 'boolean', default: false },
    read: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function usage() {
  process.stderr.write(`lab/pair-drills.js [--fault ${Object.keys(faults).join('|')}]... [--runs N] [--ptime MS]
  [--folder FOLDER]   keeps captures and results there
  [--read-later]      makes the runs only
  [--read]            reads what such runs left in the folder
`)
  process.exit(2)
}

if (values.help || values.fault.some((fault) => !(fault in faults))) usage()
if ((values.read || values['read-later']) && values.folder === undefined) usage()
if (!values.read && process.getuid() !== 0) {
  process.stderr.write('network namespaces need root\n')
  process.exit(4)
}

let drilling
let interrupted = false

/** Starts a program; what it prints is printed. */
const start = (command, args) => spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true })

/** The exit code of a program, when it ends. */
const exitOf = (child) =>
  new Promise((done, failed) => {
    child.once('error', failed)
    child.once('exit', (code) => done(code ?? 1))
  })

async function must(command, args) {
  const code = await exitOf(start(command, args))
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  // The drill ends in order, then the pair goes, and no other run is made.
  process.on(signal, () => {
    interrupted = true
    drilling?.kill(signal)
  })
}

async function drill(fault, folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ptimeMs: Number(values.ptime) }))
  const labs = join(folder, 'labs')
  try {
    await must(pair, ['up', labs])
    const stopCaptures = await startCaptures(folder)
    const inputs = { folder: labs, pair, fault, for: faults[fault], ptime: `${values.ptime}ms` }
    const set = Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    drilling = start(process.execPath, [program, 'run', join(here, 'pair.yaml'), '--out', folder, '--quiet', ...set])
    let code
    let lost
    try {
      code = await exitOf(drilling)
    } finally {
      drilling = undefined
      lost = await stopCaptures()
    }
    if (Object.values(lost).some((count) => count !== 0)) {
      throw new Error(`the captures are not complete: ${JSON.stringify(lost)}`)
    }
    if (interrupted) return
    if (![0, 1, 3].includes(code)) throw new Error(`the drill ended with ${code}`)
    for (const name of ['broken', 'keys']) copyFileSync(join(labs, name), join(folder, name))
  } finally {
    await must(pair, ['down', labs])
  }
}

const folder = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'pair-drills-')) : resolve(values.folder)
const runsOf = (fault) =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${fault}-`)).sort() : []

try {
  for (const fault of values.read ? [] : values.fault) {
    for (let n = 1; n <= Number(values.runs) && !interrupted; n++) await drill(fault, join(folder, `${fault}-${n}`))
  }
  for (const fault of values['read-later'] || interrupted ? [] : values.fault) {
    const runs = []
    for (const name of runsOf(fault)) runs.push(await readRun(join(folder, name)))
    if (runs.length > 0) process.stdout.write(`${tableOf(fault, runs)}\n\n`)
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
if (interrupted) process.exitCode = 130
