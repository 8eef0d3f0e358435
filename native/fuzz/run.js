import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Searches the native part for what hostile packets can break: `npm run fuzz -- [TARGET] [SECONDS]`, all targets for a
 * minute each when they are left out. With clang++ (or CLANGXX) under libFuzzer, which sees what an input reaches, with
 * another compiler by chance alone. An input that breaks something is left in the working folder by libFuzzer.
 */
const fuzz = dirname(fileURLToPath(import.meta.url))
const native = dirname(fuzz)
const targets = readdirSync(fuzz)
  .filter((name) => name.endsWith('_fuzz.cc'))
  .map((name) => name.replace('_fuzz.cc', ''))
const [named, seconds = '60'] = process.argv.slice(2)
const chosen = named === undefined ? targets : [named]
if (!chosen.every((name) => targets.includes(name)) || !(Number(seconds) > 0)) {
  process.stderr.write(`the targets are ${targets.join(', ')}, and their time is a number of seconds\n`)
  process.exit(2)
}

const works = (command) => spawnSync(command, ['--version']).status === 0
const clang = process.env.CLANGXX ?? 'clang++'
const isGuided = works(clang)
const compiler = isGuided ? clang : 'g++'
const folder = mkdtempSync(join(tmpdir(), 'siploadgen-fuzz-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', ...options })
  if (status === 0) return
  process.stderr.write(`${command} ended with ${error?.message ?? signal ?? status}\n`)
  process.exit(1)
}

const inFolder = (name) => join(folder, name)
const sanitize = (more) => [`-fsanitize=address,undefined${more}`, '-fno-sanitize-recover=all']
const flags = ['-std=c++17', '-O1', '-g', '-pthread']
const openssl = ['-Wl,--no-as-needed', '-l:libssl.so.3', '-l:libcrypto.so.3']
/** What knows JavaScript or the event loop cannot run without them. */
const parts = readdirSync(native).filter(
  (name) => name.endsWith('.cc') && !/^(addon|readiness_watch|\w+_binding)\.cc$/.test(name),
)
const objects = parts.map((name) => inFolder(name.replace(/cc$/, 'o')))
const guide = isGuided ? ',fuzzer-no-link' : ''
run(compiler, [...flags, ...sanitize(guide), '-c', ...parts.map((name) => join(native, name))], { cwd: folder })

function build(name, driver, more) {
  const program = inFolder(`${name}${driver.length}`)
  const sources = [join(fuzz, `${name}_fuzz.cc`), ...driver]
  run(compiler, [...flags, ...sanitize(more), '-o', program, ...sources, ...objects, ...openssl])
  return program
}

function guided(name) {
  const corpus = inFolder(`${name}-corpus`)
  mkdirSync(corpus)
  run(build(name, [join(fuzz, 'driver.cc')], guide), [corpus])
  run(build(name, [], ',fuzzer'), [corpus, `-max_total_time=${seconds}`, '-max_len=8192', '-print_final_stats=1'])
}

/** With another chance each time, which is printed so that it can be had again. */
function byChance(name) {
  const program = build(name, [join(fuzz, 'driver.cc')], '')
  const endMs = Date.now() + 1000 * Number(seconds)
  for (let seed = Date.now() % 1e9; Date.now() < endMs; seed++) {
    process.stdout.write(`${name} with seed ${seed}: `)
    run(program, ['2000', String(seed)])
  }
}

for (const name of chosen) (isGuided ? guided : byChance)(name)
