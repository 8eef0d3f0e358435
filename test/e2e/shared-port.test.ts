import { createSocket } from 'node:dgram'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/model/result.js'
import { rtpPacket } from '../media/packet.js'
import { freePort } from '../peers/free-port.js'
import { readResult, run, scenarioFile, start, temporaryFolder, writeScenario } from './program.js'

const calls = 50

const unmatched = (result: RunResult): number => {
  const found = result.metrics.find(
    ({ name, tags }) => name === 'media.unmatched_packets' && Object.keys(tags).length === 0,
  )
  return found?.kind === 'counter' ? (found.value ?? Number.NaN) : Number.NaN
}

/** What the process has open; nothing when it, or one of them, is gone meanwhile. */
function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))
  } catch {
    return []
  }
}

/** Even ports of the usual range that the process has for UDP now. */
function mediaPortsOf(pid: number): readonly number[] {
  const descriptors = descriptorsOf(pid)
  const rows = readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, local = '', , , , , , , , inode] = row.trim().split(/ +/)
    const port = Number.parseInt(local.split(':')[1] ?? '0', 16)
    const isMedia = port >= 16_384 && port <= 32_766 && port % 2 === 0
    return isMedia && descriptors.includes(`socket:[${inode}]`) ? [port] : []
  })
}

/** Everybody heard everybody, and nothing of it came from the wrong call. */
function expectHeard(result: RunResult, story: string, streams = 2 * calls): void {
  expect(result.calls.failed, story).toBe(0)
  expect(result.media.streams).toBe(streams)
  expect(
    result.checks.filter(({ verdict }) => verdict !== 'pass'),
    story,
  ).toEqual([])
  expect(result.environment.packetIoReason).toContain('calls of caller and callee share 1')
}

describe('calls that share a port', () => {
  it.each(['rtp', 'sdes'])('of %s are heard both ways through the embedded gateway', async (media) => {
    const out = join(temporaryFolder(), 'out')
    const set = Object.entries({ media, calls, rate: '25/s', talk: '5s' }).flatMap(([k, v]) => ['--set', `${k}=${v}`])
    const ended = await run(['run', scenarioFile('shared-port'), ...set, '--out', out, '--quiet'])
    expect([0, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expectHeard(result, ended.out)
    expect(unmatched(result)).toBe(0)
    expect(result.findings.filter(({ rule }) => rule === 'media/unmatched-source')).toEqual([])
  })

  const direct = (port: number, callee: string): string => `version: 1
gateway: none
agents:
  caller: { count: ${calls}, identity: "sip:\${1000 + n}@lab.test", media ports: shared }
  callee: { count: 1, calls at once: ${calls}, identity: "sip:2000@lab.test", listen: "127.0.0.1:${port}", ${callee} }
flows:
  talk:
    - call: { from: caller, to: "sip:2000@127.0.0.1:${port}" }
    - talk 5s
    - hang up
load: { flow: talk, rate: 25/s, calls: ${calls} }
expect:
  - session.ser == 100%
  - media.one_way_calls == 0
  - media.silent_calls == 0
  - media.cross_talk_calls == 0
`

  it('are heard both ways where all have one far side and only SSRC tells them apart', async () => {
    const out = join(temporaryFolder(), 'out')
    const file = writeScenario(direct(await freePort(), 'media ports: shared'))
    const ended = await run(['run', file, '--out', out, '--quiet'])
    expect([0, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expectHeard(result, ended.out)
    expect(unmatched(result)).toBe(0)
  })

  it('keep their audio while others send to the port, and the result says what was nobody’s', async () => {
    const out = join(temporaryFolder(), 'out')
    const running = start([
      ...['run', writeScenario(direct(await freePort(), 'media ports: shared')), '--out', out, '--quiet'],
      ...['--log-level', 'debug'],
    ])
    const stranger = createSocket('udp4')
    const noise = setInterval(() => {
      for (const port of mediaPortsOf(running.child.pid ?? 0)) {
        stranger.send(rtpPacket({ ssrc: 0xdead_beef }), port, '127.0.0.1')
        stranger.send(Buffer.alloc(30, 0xff), port, '127.0.0.1')
      }
    }, 50)
    const ended = await running.ended
    clearInterval(noise)
    stranger.close()
    expect([0, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expectHeard(result, ended.out)
    expect(unmatched(result)).toBeGreaterThan(10)
    expect(result.generator.malformed['rtp/bad-version']).toBeGreaterThan(10)
    expect(result.findings.find(({ rule }) => rule === 'media/unmatched-source')).toMatchObject({
      severity: 'warning',
      element: 'unknown-source',
    })
  })
})
