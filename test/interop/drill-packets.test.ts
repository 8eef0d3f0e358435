import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cleanUp } from '../../src/drill/cleanup.js'
import type { PreparedFault } from '../../src/drill/fault.js'
import { faultOf } from '../../src/drill/faults/registry.js'
import { Journal } from '../../src/drill/journal.js'
import { DrillPlace, Namespace } from '../e2e/drill-place.js'
import { until } from '../e2e/program.js'
import { runProgram } from '../peers/peer.js'
import { describeAsRoot } from './network.js'

let namespace: Namespace
beforeEach(() => {
  namespace = new Namespace()
})
afterEach(() => namespace.remove())

/** Prepares a fault of packets in the namespace of the test. */
async function prepared(word: string, settings: object): Promise<PreparedFault> {
  const scene = { run: `t-${process.pid}`, relay: undefined, dns: undefined, tell: () => {}, instance: () => fail() }
  const fault = await faultOf(word).prepare({ ...settings, namespace: namespace.name }, scene, 1)
  if (typeof fault === 'string') throw new Error(fault)
  return fault
}

function fail(): never {
  throw new Error('no gateway takes part')
}

/** Sends datagrams to a port within the namespace, and says how many a listener there has got. */
const sendAndCount = `
const { createSocket } = require('node:dgram')
const listener = createSocket('udp4'), sender = createSocket('udp4')
let got = 0
listener.on('message', () => got++)
listener.bind(5999, '127.0.0.1', () => {
  let sent = 0
  const next = () => {
    if (sent++ === 100) return setTimeout(() => { console.log(got); process.exit() }, 200)
    sender.send('x', 5999, '127.0.0.1', () => setImmediate(next))
  }
  sender.on('error', () => {})
  next()
})`

async function arrived(): Promise<number> {
  const args = ['netns', 'exec', namespace.name, process.execPath, '-e', sendAndCount]
  const { output } = await runProgram({ command: 'ip', args })
  return Number(output.trim())
}

describeAsRoot('packets', () => {
  test.each([
    ['partition', { port: 5999 }, 0],
    ['partition', { address: '127.0.0.1', protocol: 'udp' }, 0],
    ['partition', { interface: 'lo', direction: 'in' }, 0],
    ['partition', { port: 5998 }, 100],
    ['reject packets', { address: '127.0.0.1', port: 5999 }, 0],
    ['drop packets', { address: '127.0.0.1', port: 5999, every: 10 }, 90],
    ['drop packets', { address: '127.0.0.1', port: 5999, share: 0 }, 100],
  ])('%s %o', async (word, settings, wanted) => {
    const fault = await prepared(word, settings)
    expect(namespace.tables()).toBe('')
    expect(await fault.make()).toBeUndefined()
    expect(namespace.tables()).toMatch(/^table inet siploadgen_t_\d+_1$/)
    expect(await arrived()).toBe(wanted)
    expect(await fault.undo()).toBeUndefined()
    expect(namespace.tables()).toBe('')
    expect(await arrived()).toBe(100)
    // Nothing is there any more: that is no failure.
    expect(await fault.undo()).toBeUndefined()
  })

  test('what a killed run has left is undone by its journal, and a namespace that is gone needs nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'siploadgen-journal-'))
    const owner = { pid: 1, startTicks: 'another' }
    const journal = Journal.begin(folder, { run: 'r1', scenario: 'Drill', startedAt: '', owner })
    const fault = await prepared('partition', { port: 5999 })
    for (const undo of fault.undos) journal.add('cut', undo)
    journal.add('cut', { kind: 'nft table', table: 'siploadgen_x', namespace: 'nosuch' })
    await fault.make()
    const report = await cleanUp(folder)
    expect(report.failed).toEqual([])
    expect(report.done).toHaveLength(2)
    expect(namespace.tables()).toBe('')
    expect(readdirSync(folder)).toEqual([])
    rmSync(folder, { recursive: true })
  })

  test('netem is made where the kernel has it, and refused before load where it has not', async () => {
    const scene = { run: 't', relay: undefined, dns: undefined, tell: () => {}, instance: () => fail() }
    const settings = { interface: 'lo', delay: 50, namespace: namespace.name }
    const fault = await faultOf('netem').prepare(settings, scene, 1)
    if (typeof fault === 'string') {
      expect(fault).toMatch(/does not do netem|tc is not installed/)
      return
    }
    expect(await fault.make()).toBeUndefined()
    expect(await fault.undo()).toBeUndefined()
  })

  test('no rule survives a run, however it ends', async () => {
    const cut = `- { at: 300ms, for: 400ms, partition: { namespace: ${namespace.name}, address: 10.0.0.1 } }`
    const success = new DrillPlace()
    const ended = await success.start(cut, 'rate: 10/s, for: 1s').ended
    expect([0, 3], ended.err).toContain(ended.code)
    expect(namespace.tables()).toBe('')
    await success.expectNothingLeft()
    const standing = `- { at: 300ms, partition: { namespace: ${namespace.name}, address: 10.0.0.1 } }`
    const killed = new DrillPlace()
    const running = killed.start(standing, 'rate: 10/s, for: 1m')
    await until(() => namespace.tables() !== '', 20_000, 'the rule was made')
    running.child.kill('SIGKILL')
    await running.ended
    expect(namespace.tables()).not.toBe('')
    const cleaned = await killed.cleanup()
    expect(cleaned.out).toContain(`in namespace ${namespace.name}`)
    expect(namespace.tables()).toBe('')
    await killed.expectNothingLeft()
  })
})
