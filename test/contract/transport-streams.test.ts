import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect as netConnect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { transportNames } from '../../src/model/address.js'
import {
  connect,
  failed,
  Journal,
  listen,
  onWire,
  opened,
  rawPeer,
  readUntil,
  request,
  reset,
} from '../transport/harness.js'

/** A listener whose accept queue is full: its process stands still, so further connections get no answer. */
async function deafListener(): Promise<{ port: number; stop(): Promise<void> }> {
  const program = `
    const server = require('node:net').createServer().listen(0, '127.0.0.1', 1, () => {
      require('node:fs').writeSync(1, String(server.address().port))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(text.toString())
  const fillers: Socket[] = []
  for (let i = 0; i < 4; i++) {
    const filler = netConnect({ host: '127.0.0.1', port })
    filler.on('error', () => filler.destroy())
    fillers.push(filler)
  }
  await once(fillers[0]!, 'connect')
  return {
    port,
    stop: async () => {
      for (const filler of fillers) filler.destroy()
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

for (const name of transportNames.filter((each) => each !== 'udp')) {
  describe(`connections of ${name}`, () => {
    it('puts a message together that comes byte by byte', async () => {
      const journal = new Journal()
      const listener = await listen(name, journal)
      const peer = await rawPeer(name, listener.local)
      const out = request({ body: 'v=0\r\n\r\nMESSAGE sip:x SIP/2.0\r\n\r\n' })
      for (const octet of Buffer.concat([onWire(name, out), onWire(name, out)])) {
        peer.write(Buffer.of(octet))
        await nextTurn()
      }
      await journal.until((seen) => seen.messages.length === 2)
      expect(journal.messages.every(({ bytes }) => bytes.equals(out))).toBe(true)
      peer.destroy()
      await listener.close()
    })

    it('answers a peer that has closed its half already', async () => {
      const journal = new Journal()
      journal.answer = (channel) => channel.send(request({ subject: 'answered' }))
      const listener = await listen(name, journal)
      const peer = await rawPeer(name, listener.local)
      peer.end(onWire(name, request()))
      expect(await readUntil(peer, 'Subject: answered')).toContain('MESSAGE sip:bob')
      await journal.until((seen) => seen.closed.length === 1)
      expect(journal.failures).toEqual([])
      await listener.close()
    })

    it('reports a reset by the peer', async () => {
      const clientJournal = new Journal()
      const journal = new Journal()
      const listener = await listen(name, journal)
      const relay = createServer((near) => {
        const far = netConnect(listener.local.port, listener.local.host)
        near.on('error', () => far.destroy())
        far.on('error', () => near.destroy())
        near.pipe(far).pipe(near)
        relay.once('cut', () => {
          reset(near)
          reset(far)
        })
      }).listen(0, '127.0.0.1')
      await once(relay, 'listening')
      const { port } = relay.address() as { port: number }
      const client = opened(await connect(name, { host: '127.0.0.1', port }, clientJournal))
      // Handshakes are over once messages went both ways; a session ticket under way would take the error for itself.
      client.send(request())
      await journal.until((seen) => seen.messages.length === 1)
      journal.opened[0]!.send(request())
      await clientJournal.until((seen) => seen.messages.length === 1)
      relay.emit('cut')
      await clientJournal.until((seen) => seen.closed.length === 1)
      await journal.until((seen) => seen.closed.length === 1)
      for (const seen of [clientJournal, journal]) {
        expect(seen.failures.map(({ failure }) => failure)).toMatchObject([{ kind: 'reset', code: 'ECONNRESET' }])
        expect(seen.closed[0]).toContain('reset by the peer')
      }
      relay.close()
      await listener.close()
    })

    it('calls a port where nobody listens refused', async () => {
      const listener = await listen(name, new Journal())
      await listener.close()
      const result = await connect(name, listener.local, new Journal())
      expect(failed(result)).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED' })
    })

    it('gives up a connection that nobody accepts', async () => {
      const deaf = await deafListener()
      try {
        const started = performance.now()
        const remote = { host: '127.0.0.1', port: deaf.port }
        const results = await Promise.all([1, 2, 3].map(() => connect(name, remote, new Journal(), { timeoutMs: 300 })))
        expect(performance.now() - started).toBeGreaterThan(290)
        expect(results.map(failed)).toMatchObject(results.map(() => ({ kind: 'timeout', code: 'ETIMEDOUT' })))
      } finally {
        await deaf.stop()
      }
    })

    it('gives up a peer that never reads, and says how much was unsent', async () => {
      const journal = new Journal()
      const listener = await listen(name, journal)
      const peer = await rawPeer(name, listener.local)
      peer.pause()
      await journal.until((seen) => seen.opened.length === 1)
      const server = journal.opened[0]!
      const large = request({ body: 'z'.repeat(60_000) })
      for (let i = 0; i < 400 && server.queuedBytes <= 1024 * 1024; i++) {
        server.send(large)
        await nextTurn()
      }
      expect(server.queuedBytes).toBeGreaterThan(1024 * 1024)
      server.send(large)
      await journal.until((seen) => seen.closed.length === 1)
      expect(journal.failures.at(-1)!.failure).toMatchObject({ kind: 'closed', code: 'SEND_QUEUE_FULL' })
      peer.destroy()
      await listener.close()
    })

    it('closes in time though the peer keeps its half open', async () => {
      const journal = new Journal()
      const listener = await listen(name, journal)
      const peer = await rawPeer(name, listener.local)
      peer.on('error', () => peer.destroy())
      await journal.until((seen) => seen.opened.length === 1)
      const started = performance.now()
      await journal.opened[0]!.close()
      expect(performance.now() - started).toBeLessThan(3000)
      peer.destroy()
      await listener.close()
    })
  })
}
