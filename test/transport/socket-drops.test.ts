import { describe, expect, it } from 'vitest'
import { addSocketDrops, readSocketDrops } from '../../src/transport/socket-drops.js'
import { connect, Journal, listen, opened } from './harness.js'

const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  325: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21044 2 0000000000000000 17
  326: 0200007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21045 2 0000000000000000 3
  327: 00000000000000000000000001000000:13C5 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21046 2 0000000000000000 5
  328: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21047 2 0000000000000000 99
`

describe('socket drops', () => {
  it('are summed by local port, for the ports asked about', () => {
    const drops = new Map<number, number>()
    addSocketDrops(table, new Set([5060, 5061, 5062]), drops)
    expect([...drops]).toEqual([
      [5060, 20],
      [5061, 5],
    ])
  })

  it.each(['127.0.0.1', '::1'])('are what the kernel counts when nobody reads (%s)', async (host) => {
    const journal = new Journal()
    const udp = { receiveBufferBytes: 4096 }
    const listener = await listen('udp', journal, { local: { host, port: 0 }, udp })
    const roomy = await listen('udp', new Journal(), { local: { host, port: 0 } })
    const client = opened(await connect('udp', listener.local, new Journal()))
    const sent = 200
    for (let i = 0; i < sent; i++) {
      client.send(Buffer.from('x'.repeat(500)))
      client.send(Buffer.from('x'.repeat(500)), roomy.local)
    }
    await journal.until((seen) => seen.messages.length > 0)
    const drops = await readSocketDrops([listener.local.port, roomy.local.port])
    expect(drops?.get(listener.local.port)).toBeGreaterThan(0)
    expect(drops?.get(roomy.local.port)).toBe(0)
    await client.close()
    expect(journal.messages.length + (drops?.get(listener.local.port) ?? 0)).toBe(sent)
    await Promise.all([listener.close(), roomy.close()])
  })

  it('say nothing about a port without a socket', async () => {
    expect(await readSocketDrops([])).toEqual(process.platform === 'linux' ? new Map() : undefined)
  })
})
