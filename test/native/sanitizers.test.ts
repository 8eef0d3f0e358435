import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { requirePeer, type Skippable } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

const native = join(import.meta.dirname, '../../native')
/** What knows JavaScript or the event loop cannot run without them. */
const isBound = (name: string): boolean => /^(addon|readiness_watch|turn_end|\w+_binding)\.cc$/.test(name)
const sources = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.cc'))

const flags = ['-std=c++17', '-O1', '-g', '-pthread', '-Wall', '-Wextra', '-Werror']
/** Of the system in place of the node binary's: the programs look for its functions as the addon does. */
const openssl = ['-Wl,--no-as-needed', '-l:libssl.so.3', '-l:libcrypto.so.3']

const folder = temporaryFolder('sanitizers')
const objects = new Map<string, readonly string[]>()

/** What the programs are linked with: compiled once for all of them. */
function objectsOf(compiler: string, sanitize: readonly string[]): readonly string[] {
  const into = join(folder, sanitize.join(''))
  const known = objects.get(into)
  if (known) return known
  mkdirSync(into)
  const parts = sources(native).filter((part) => !isBound(part))
  const files = parts.map((part) => join(native, part))
  execFileSync(compiler, [...flags, ...sanitize, '-c', ...files], { cwd: into })
  const made = parts.map((part) => join(into, part.replace(/cc$/, 'o')))
  objects.set(into, made)
  return made
}

/** Builds a program of these sources and the native part, and returns its path. */
function built(names: readonly string[], sanitizers: string, context: Skippable): string {
  const compiler = requirePeer('g++', context)
  const sanitize = [`-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all']
  const program = join(temporaryFolder(), 'program')
  const files = [...names.map((name) => join(native, name)), ...objectsOf(compiler, sanitize)]
  execFileSync(compiler, [...flags, ...sanitize, '-o', program, ...files, ...openssl])
  return program
}

function expectToHold(name: string, sanitizers: string, context: Skippable): void {
  const program = built([`test/${name}`], sanitizers, context)
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('0 failures\n')
}

describe('the native part holds under the address and undefined-behaviour sanitizers', () => {
  test.for(sources(join(native, 'test')))('%s', { timeout: 180_000 }, (name, context) => {
    expectToHold(name, 'address,undefined', context)
  })
})

describe('the threads of the native part hold under the thread sanitizer', () => {
  test.for(['rtp_sender_test.cc', 'rtp_receiver_test.cc'])('%s', { timeout: 180_000 }, (name, context) => {
    expectToHold(name, 'thread', context)
  })
})

/** Inputs made of the target's seeds by chance, always the same; a few seconds each. */
const fuzzRounds: Readonly<Record<string, number>> = { dtls_fuzz: 1500, rtp_fuzz: 150_000, srtp_fuzz: 30_000 }

describe('nothing that arrives breaks what the native part parses, under both sanitizers', () => {
  test.for(Object.keys(fuzzRounds))('%s', { timeout: 180_000 }, (target, context) => {
    const program = built([`fuzz/${target}.cc`, 'fuzz/driver.cc'], 'address,undefined', context)
    const told = execFileSync(program, [String(fuzzRounds[target]), '1'], { encoding: 'utf8' })
    expect(Number(/^(\d+) inputs\n$/.exec(told)?.[1])).toBeGreaterThan(fuzzRounds[target] ?? Number.NaN)
  })

  test('and every target of native/fuzz/ is among them', () => {
    const targets = sources(join(native, 'fuzz')).filter((name) => name !== 'driver.cc')
    expect(targets.map((name) => name.replace('.cc', ''))).toEqual(Object.keys(fuzzRounds))
  })
})
