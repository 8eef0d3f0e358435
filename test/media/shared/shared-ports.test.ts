import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { PortPairs } from '../../../src/media/port-pairs.js'
import { PortTally } from '../../../src/media/port-tally.js'
import { SharedPlace } from '../../../src/media/shared/shared-place.js'
import { SharedPorts } from '../../../src/media/shared/shared-ports.js'
import { StatisticsTable } from '../../../src/media/statistics-view.js'
import type { StreamSocket } from '../../../src/media/stream-socket.js'

const socket = (bufferBytes: number): StreamSocket => ({
  on: () => {},
  send: () => {},
  getRecvBufferSize: () => bufferBytes,
  close: (onClosed) => onClosed(),
})

function portsWith(bufferBytes: number) {
  const clock = new VirtualClock()
  const bound: string[] = []
  const bind = async (host: string, port: number) => {
    bound.push(`${host}:${port}`)
    return socket(bufferBytes)
  }
  const pairs = new PortPairs(bind, { firstPort: 4000, lastPort: 4005 }, 1000, clock, () => {})
  const host = { clock, table: new StatisticsTable(4), tally: new PortTally() }
  const ports = new SharedPorts(pairs, host, undefined)
  const take = async (localHost = '192.0.2.1') => {
    const place = await ports.take(localHost)
    if (!(place instanceof SharedPlace)) throw new Error(place.text)
    return place
  }
  return { ports, take, bound }
}

describe('SharedPorts', () => {
  it('opens one port for all who come at once', async () => {
    const { take, bound } = portsWith(1 << 20)
    const places = await Promise.all(Array.from({ length: 20 }, () => take()))
    expect(new Set(places.map(({ port }) => port))).toEqual(new Set([4000]))
    expect(bound).toEqual(['192.0.2.1:4000', '192.0.2.1:4001'])
  })

  it('opens one for each local address', async () => {
    const { ports, take } = portsWith(1 << 20)
    await take('192.0.2.1')
    await take('192.0.2.2')
    await ports.prepare('192.0.2.2')
    expect(ports.count).toBe(2)
  })

  it('opens a further one where the buffer of the first can bear no more streams, and fills gaps first', async () => {
    const { ports, take } = portsWith(16_384)
    const [first, second, third] = [await take(), await take(), await take()]
    expect([first?.port, second?.port, third?.port]).toEqual([4000, 4000, 4002])
    first?.shared.leave(first)
    expect((await take()).port).toBe(4000)
    expect(ports.count).toBe(2)
  })

  it('says so when there is no port for it', async () => {
    const { ports, take } = portsWith(8192)
    for (let stream = 0; stream < 3; stream++) await take()
    expect(await ports.take('192.0.2.1')).toMatchObject({ kind: 'open-failure' })
    expect(await ports.prepare('192.0.2.1')).toBe(3)
  })
})
