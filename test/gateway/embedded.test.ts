import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { SiploadgenError } from '../../src/base/errors.js'
import { type GatewayHandle, startEmbeddedGateway } from '../../src/gateway/embedded.js'
import type { TransportName } from '../../src/model/address.js'
import { contactOf, RawCall, register, until } from './lab.js'
import { header, RawClient, response } from './raw-client.js'

const entry = new URL('../../dist/gateway/main.js', import.meta.url)
const clients: RawClient[] = []
let handle: GatewayHandle | undefined

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => (client.closed ? undefined : client.close())))
  await handle?.stop()
  handle = undefined
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

async function client(gateway: GatewayHandle, transport: TransportName, instance = 1): Promise<RawClient> {
  const target = gateway.targets.find((t) => t.transport === transport && t.name === `gateway-${instance}`)
  if (target?.port === undefined) throw new Error(`no ${transport} target`)
  const ca = readFileSync(gateway.caFile, 'utf8')
  const made = await RawClient.open(transport, { host: target.host, port: target.port }, ca)
  clients.push(made)
  return made
}

describe('startEmbeddedGateway', () => {
  it('runs a gateway in a process of its own, answers questions and stops', async () => {
    handle = await startEmbeddedGateway({ realm: 'lab.test' })
    expect(handle.targets.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'tls', 'ws', 'wss'])
    expect(await register(await client(handle, 'wss'), '1001')).toMatch(/^SIP\/2\.0 200 /)
    expect(await handle.statistics()).toMatchObject([{ bindings: 1, registrations: 1, channels: 2, calls: [] }])
    await handle.fault({ busyPercent: 100 })
    await handle.restart(0)
    expect(await handle.statistics()).toMatchObject([{ bindings: 0, restarts: 1 }])
    const { pids, caFile } = handle
    await handle.stop()
    expect([pids.length, ...pids.map(isAlive)]).toEqual([1, false])
    expect(existsSync(caFile)).toBe(false)
    await expect(handle.statistics()).rejects.toThrow(SiploadgenError)
  })

  it('lets several gateways find each other and share one authority', async () => {
    handle = await startEmbeddedGateway({
      instances: 3,
      authenticate: { register: true, methods: [], trustRegistered: false },
    })
    const [caller, callee] = [await client(handle, 'udp', 1), await client(handle, 'tls', 3)]
    await register(callee, 'bob')
    const call = new RawCall(caller, 'across', 'bob')
    call.start()
    const invite = await callee.next(/^INVITE /)
    expect(header(invite, 'Max-Forwards')).toBe('68')
    callee.send(response(invite, '200 OK', [`Contact: ${contactOf(callee, 'bob')}`]))
    await call.answered()
    await callee.next(/^ACK /)
    caller.send(call.inDialog('BYE'))
    callee.send(response(await callee.next(/^BYE /), '200 OK'))
    await caller.next(/^SIP\/2\.0 200 [\s\S]*CSeq: 2 BYE/)
    const nobody = new RawCall(caller, 'nowhere', 'nobody')
    nobody.start()
    await caller.next(/^SIP\/2\.0 404 /)
    const attempted = (await handle.statistics()).map(({ callsAttempted }) => callsAttempted)
    expect(attempted).toEqual([2, 0, 0])
  })

  it('says why it did not start, and leaves no process', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address()
    const start = startEmbeddedGateway({ ports: { udp: port } })
    await expect(start).rejects.toMatchObject({
      code: 'environment/gateway',
      detail: expect.stringContaining(`${port}`),
    })
    await new Promise<void>((resolve) => taken.close(() => resolve()))
  })

  it('rejects when the process is killed', async () => {
    handle = await startEmbeddedGateway()
    const pid = handle.pids[0] ?? 0
    process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(pid))
    await expect(handle.statistics()).rejects.toMatchObject({ detail: expect.stringContaining('SIGKILL') })
  })

  it('ends when its parent is gone', async () => {
    const child = fork(entry, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    const exited = once(child, 'exit')
    child.disconnect()
    expect(await exited).toEqual([0, null])
  })
})
