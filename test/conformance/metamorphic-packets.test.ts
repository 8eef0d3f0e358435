import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Rng } from '../../src/base/rng.js'
import { linkType } from '../../src/capture/captured-packet.js'
import { pcapBytes } from '../capture/capture-files.js'
import { readFlow } from './flow.js'
import { framesOf, judge, pcapngOf, type WireFrame } from './packets.js'

const flows = readdirSync(new URL('../fixtures/flows/', import.meta.url)).map((file) => file.replace('.flow', ''))

const streams = flows.filter((name) => readFlow(name).some(({ transport }) => transport !== 'udp'))
const clear = flows.filter((name) => readFlow(name).every(({ transport }) => !['tls', 'wss'].includes(transport)))
const options = { numRuns: 6, seed: 7 }

/** Keep-alives are no messages. */
const messagesOf = (name: string): number =>
  readFlow(name).filter(({ kind, text }) => kind === 'sip' && text.trim() !== '').length

/** Each flow with the rules that one of its captures breaks. */
async function broken(
  names: readonly string[],
  capture: (frames: readonly WireFrame[]) => Buffer,
): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (name) => [name, (await judge(capture(framesOf(readFlow(name))))).broken]),
  )
  return found.flatMap(([name, rules]) => (rules?.length === 0 ? [] : [`${name}: ${rules}`]))
}

describe('correct flows as packets break no rule', () => {
  test('as they are, and every message is read', async () => {
    expect(await broken(flows, (frames) => pcapngOf(frames))).toEqual([])
    const read = await Promise.all(
      flows.map(async (name) => (await judge(pcapngOf(framesOf(readFlow(name))))).messages),
    )
    expect(read).toEqual(flows.map(messagesOf))
  })

  test('with their TCP cut into segments anywhere', async () => {
    expect(streams.length).toBeGreaterThan(4)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...streams), fc.integer({ min: 0, max: 1e6 }), async (name, seed) => {
        const rng = new Rng(seed)
        const cuts = (octets: number) => Array.from({ length: 4 }, () => Math.floor(rng.next() * octets))
        const { broken: rules, messages } = await judge(pcapngOf(framesOf(readFlow(name), cuts)))
        expect({ rules, messages }).toEqual({ rules: [], messages: messagesOf(name) })
      }),
      options,
    )
  })

  test('behind VLAN tags', async () => {
    expect(await broken(flows, (frames) => pcapngOf(frames, '8100000a'))).toEqual([])
    expect(await broken(flows, (frames) => pcapngOf(frames, '88a800018100000a'))).toEqual([])
  })

  test('in pcap instead of pcapng', async () => {
    expect(await broken(clear, (frames) => pcapBytes(frames, linkType.raw))).toEqual([])
  })

  test('with every packet twice, or any of them', async () => {
    const later = (frame: WireFrame): WireFrame => ({ ...frame, atMs: (frame.atMs ?? 0) + 0.002 })
    expect(await broken(flows, (frames) => pcapngOf(frames.flatMap((frame) => [frame, later(frame)])))).toEqual([])
    const rng = new Rng(3)
    const some = (frames: readonly WireFrame[]) =>
      frames.flatMap((frame) => (rng.next() < 0.3 ? [frame, later(frame)] : [frame]))
    expect(await broken(flows, (frames) => pcapngOf(some(frames)))).toEqual([])
  })

  test('cut at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (share) => {
        const cut = (frames: readonly WireFrame[]): Buffer => {
          const whole = pcapngOf(frames)
          return whole.subarray(0, Math.floor(share * whole.length))
        }
        expect(await broken(flows, cut)).toEqual([])
      }),
      options,
    )
  })

  test('with 5 % of the packets, or more, dropped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(0.05, 0.2), async (seed, share) => {
        const rng = new Rng(seed)
        const lossy = (frames: readonly WireFrame[]) => frames.filter(() => rng.next() >= share)
        expect(await broken(flows, (frames) => pcapngOf(lossy(frames)))).toEqual([])
      }),
      options,
    )
  })
})
