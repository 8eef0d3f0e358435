import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nativePart } from '../../src/native/addon.js'
import { udpIo } from '../../src/transport/udp.js'
import { requireAll } from '../peers/require-peer.js'

const root = join(import.meta.dirname, '../..')

/** Runs a script in a process of its own, with the built transports. */
function run(
  script: string,
  env: Record<string, string> = {},
): { status: number | null; signal: string | null; out: string } {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, ...env },
  })
  return { status, signal, out: stdout + stderr }
}

const sockets = `
import { udp } from './dist/transport/udp.js'
import { TargetGuard } from './dist/transport/guard.js'
const none = { onMessage() {}, onFailure() {}, onClose() {} }
const listen = (events = {}) => udp.listen({ local: { host: '127.0.0.1', port: 0 } }, { ...none, ...events })
const text = 'OPTIONS sip:a@b SIP/2.0\\r\\n\\r\\n'
`

/** A thread whose sockets answer each other until it is told to end. */
const busyThread = `${sockets.replaceAll("'./dist", `'file://${root}/dist`)}
import { parentPort } from 'node:worker_threads'
const echo = { onMessage: (channel, from) => channel.send(text, from) }
const all = await Promise.all(Array.from({ length: 20 }, () => listen(echo)))
for (const one of all) one.channel.send(text, all[0].local)
setTimeout(() => parentPort.postMessage('busy'), 50)
parentPort.once('message', () => process.exit(0))
`

test('the native part is built and used here', (context) => {
  if (nativePart.addon === undefined && !requireAll()) {
    process.stderr.write(`skipped: ${nativePart.reason}\n`)
    context.skip(nativePart.reason)
  }
  expect(udpIo).toEqual({ kind: 'native', reason: 'the native part is there' })
})

test('without a compiler installation goes on and says so in one line', () => {
  const env = { PATH: '', CXX: '' }
  const { status, stderr } = spawnSync(process.execPath, ['native/build.js', '/nowhere/addon.node'], { cwd: root, env })
  expect([status, String(stderr)]).toEqual([
    0,
    'siploadgen: the native part is not built, Node.js does its work at more cost: there is no C++ compiler (Debian package g++)\n',
  ])
})

describe.each([
  ['the native part', {}],
  ['node:dgram', { SIPLOADGEN_NATIVE: 'off' }],
] as const)('a process with sockets by %s', (_name, env) => {
  test('ends when the last of two thousand is closed, and opens them again on the same ports', () => {
    const { status, out } = run(
      `${sockets}
      const all = await Promise.all(Array.from({ length: 2000 }, () => listen()))
      const ports = all.map((one) => one.local.port)
      await Promise.all(all.map((one) => one.close()))
      const again = await udp.listen({ local: { host: '127.0.0.1', port: ports[1999] } }, none)
      await again.close()
      console.log(new Set(ports).size)`,
      env,
    )
    expect([status, out]).toEqual([0, '2000\n'])
  })

  test('closes sockets from within what they receive, and hears nothing more of them', () => {
    const { status, out } = run(
      `${sockets}
      let heard = 0
      let closing
      const target = await listen({
        onMessage: (channel) => {
          heard++
          closing ??= channel.close()
        },
      })
      const sender = await listen()
      for (let i = 0; i < 50; i++) sender.channel.send(text, target.local)
      while (!closing) await new Promise(setImmediate)
      await closing
      const next = await udp.listen({ local: target.local }, none)
      await Promise.all([next.close(), sender.close()])
      console.log(heard)`,
      env,
    )
    expect([status, out]).toEqual([0, '1\n'])
  })

  test.each([
    ['exit', 'process.exit(7)', 7],
    ['a thrown error', 'process.nextTick(() => { throw new Error("meant") })', 1],
    ['an error thrown where a message arrives', 'fault = true', 1],
  ])('goes down by %s while datagrams come in', (_how, end, code) => {
    const { status, signal } = run(
      `${sockets}
      let heard = 0
      let fault = false
      const target = await listen({
        onMessage: (channel, from) => {
          if (fault) throw new Error('meant')
          channel.send(text, from)
          if (heard++ === 100) { ${end} }
        },
      })
      const sender = await listen({ onMessage: (channel, from) => channel.send(text, from) })
      for (let i = 0; i < 10; i++) sender.channel.send(text, target.local)`,
      env,
    )
    expect([status, signal]).toEqual([code, null])
  })

  test('ends worker threads that have sockets, by themselves and by force', () => {
    const { status, signal, out } = run(
      `import { Worker } from 'node:worker_threads'
      for (const how of ['exit', 'terminate', 'exit', 'terminate']) {
        const worker = new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(busyThread)}`)}))
        await new Promise((resolve) => worker.once('message', resolve))
        const gone = new Promise((resolve) => worker.once('exit', resolve))
        if (how === 'exit') worker.postMessage('end')
        else worker.terminate()
        await gone
      }
      console.log('over')`,
      env,
    )
    expect([status, signal, out]).toEqual([0, null, 'over\n'])
  })
})

test('SRTP says which way it goes, and why', () => {
  const script = `import { srtpEngine } from './dist/media/srtp/srtp-engine.js'
  console.log(srtpEngine.kind, srtpEngine.reason)`
  expect(run(script, { SIPLOADGEN_NATIVE: 'off' }).out).toBe('node:crypto SIPLOADGEN_NATIVE=off\n')
  if (nativePart.addon) expect(run(script).out).toBe('native the native part is there\n')
})
