import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, test } from 'vitest'

/** Programs that tests talk to, with the Debian package that brings each. */
export const peerPackages = {
  sipp: 'sip-tester',
  kamailio: 'kamailio',
  rtpengine: 'rtpengine-daemon',
  tshark: 'tshark',
  tcpdump: 'tcpdump',
  nft: 'nftables',
  ip: 'iproute2',
  openssl: 'openssl',
  dnsmasq: 'dnsmasq-base',
  gcc: 'gcc',
  'g++': 'g++',
  chromium: 'chromium',
  baresip: 'baresip-core',
  ffmpeg: 'ffmpeg',
  turnserver: 'coturn',
} as const

export type PeerName = keyof typeof peerPackages

/** What a vitest test gives to itself; only `skip` is used. */
export interface Skippable {
  skip(note?: string): never
}

/** Set by .ci/run: a missing program then fails the tests that need it instead of skipping them. */
export const requireAll = (): boolean => process.env.SIPLOADGEN_REQUIRE_ALL === '1'

/** Path of the program, or undefined. Daemons live in sbin, which ordinary users do not have in PATH. */
export function findPeer(name: PeerName): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const missingText = (name: PeerName): string => `${name} is not installed (Debian package ${peerPackages[name]})`

/** Path of the program; without it the test is skipped with the reason, or fails under SIPLOADGEN_REQUIRE_ALL=1. */
export function requirePeer(name: PeerName, context?: Skippable): string {
  const path = findPeer(name)
  if (path !== undefined) return path
  if (context === undefined || requireAll()) throw new Error(missingText(name))
  process.stderr.write(`skipped: ${missingText(name)}\n`)
  return context.skip(missingText(name))
}

/** A `describe` that needs programs: without them it is skipped with the reason, or is one failing test. */
export function describeWithPeers(names: readonly PeerName[], title: string, body: () => void): void {
  const missing = names.filter((name) => findPeer(name) === undefined)
  if (missing.length === 0) describe(title, body)
  else describeMissing(title, missing.map(missingText).join(', '), body)
}

/** In place of a `describe` that cannot run here: skipped with the reason, or one failing test where all is required. */
export function describeMissing(title: string, reason: string, body: () => void): void {
  if (requireAll()) {
    test(title, () => {
      throw new Error(reason)
    })
    return
  }
  process.stderr.write(`skipped: ${title}: ${reason}\n`)
  describe.skip(`${title} (${reason})`, body)
}
