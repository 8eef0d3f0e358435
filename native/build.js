import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Compiles the addon: `node native/build.js [TARGET]`. Without it siploadgen works too, through Node.js, so what stands in the
 * way is told in one line, and is an error only where SIPLOADGEN_REQUIRE_ALL=1 wants everything.
 */
const folder = dirname(fileURLToPath(import.meta.url))
const target =
  process.argv[2] ?? join(folder, '..', 'dist', 'native', `siploadgen-${process.platform}-${process.arch}.node`)
const flags = [
  '-std=c++17',
  '-O2',
  '-fPIC',
  '-shared',
  '-pthread',
  '-fvisibility=hidden',
  '-fno-exceptions',
  '-fno-rtti',
]
const warnings = ['-Wall', '-Wextra']

const sources = readdirSync(folder).filter((name) => name.endsWith('.cc'))
const inputs = readdirSync(folder).filter((name) => /\.(cc|h|js)$/.test(name))

function headersFolder() {
  // Beside the executable where Node.js came with its headers, otherwise from the package.
  const beside = resolve(dirname(process.execPath), '..', 'include', 'node')
  if (existsSync(join(beside, 'node_api.h'))) return beside
  return createRequire(import.meta.url)('node-api-headers').include_dir
}

function isFresh() {
  if (!existsSync(target)) return false
  const built = statSync(target).mtimeMs
  return inputs.every((name) => statSync(join(folder, name)).mtimeMs < built)
}

/** The compiler that works; undefined when there is none. */
const compiler = () =>
  [process.env.CXX, 'g++', 'c++', 'clang++'].find(
    (name) => name !== undefined && name !== '' && spawnSync(name, ['--version']).status === 0,
  )

/** Why there is no addon; undefined when there is one. */
function build() {
  if (process.platform !== 'linux') return `it is made for Linux, and this is ${process.platform}`
  if (isFresh()) return undefined
  const command = compiler()
  if (command === undefined) return 'there is no C++ compiler (Debian package g++)'
  mkdirSync(dirname(target), { recursive: true })
  const unfinished = `${target}.${process.pid}`
  const files = sources.map((name) => join(folder, name))
  const args = [...flags, ...warnings, '-I', headersFolder(), '-o', unfinished, ...files]
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) {
    rmSync(unfinished, { force: true })
    rmSync(target, { force: true })
    const said = error?.message ?? stderr.split('\n').find((line) => /error/.test(line)) ?? stderr.trim()
    return `${command} failed: ${said}`
  }
  process.stderr.write(stderr)
  renameSync(unfinished, target)
  return undefined
}

let reason
try {
  reason = build()
} catch (error) {
  reason = error.message
}
if (reason !== undefined) {
  process.stderr.write(`siploadgen: the native part is not built, Node.js does its work at more cost: ${reason}\n`)
  if (process.env.SIPLOADGEN_REQUIRE_ALL === '1') process.exitCode = 1
}
