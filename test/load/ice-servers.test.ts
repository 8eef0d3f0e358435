import { expect, test } from 'vitest'
import { locateIceServers } from '../../src/load/ice-servers.js'
import type { WebRtcSettings } from '../../src/model/scenario.js'
import type { DnsResolver } from '../../src/sip/locate/dns-resolver.js'
import { TargetGuard } from '../../src/transport/guard.js'

const resolver: DnsResolver = {
  naptr: () => Promise.resolve('none'),
  srv: () => Promise.resolve('none'),
  a: (name) => Promise.resolve(name === 'turn.test' ? ['10.0.0.7'] : 'none'),
  aaaa: (name) => Promise.resolve(name === 'six.test' ? ['fd00::7'] : 'failure'),
}

const settings = (host: string): WebRtcSettings => ({
  iceTimeoutMs: 1,
  dtlsTimeoutMs: 1,
  setup: 'active',
  servers: {
    servers: [{ kind: 'stun', url: `stun:${host}`, address: { host, port: 3478 }, username: '', password: '' }],
    relayOnly: false,
    gatheringMs: 1,
  },
})

const locate = async (host: string, allow: readonly string[] = []) =>
  (await locateIceServers(settings(host), resolver, new TargetGuard(allow)))?.servers?.servers[0]?.address.host

test.each([
  ['turn.test', '10.0.0.7'],
  ['six.test', 'fd00::7'],
  ['127.0.0.1', '127.0.0.1'],
  ['fd00::1', 'fd00::1'],
])('%s is %s', async (host, address) => {
  expect(await locate(host)).toBe(address)
})

test('a name without an address ends the run before load', async () => {
  await expect(locate('nowhere.test')).rejects.toMatchObject({ code: 'environment/resolve' })
})

test('a public server needs permission by name', async () => {
  await expect(locate('192.0.2.1')).rejects.toMatchObject({ code: 'target/permission' })
  expect(await locate('192.0.2.1', ['192.0.2.1'])).toBe('192.0.2.1')
})

test('settings without servers stay as they are', async () => {
  const plain = { iceTimeoutMs: 1, dtlsTimeoutMs: 1, setup: 'active' } as const
  expect(await locateIceServers(plain, resolver, new TargetGuard([]))).toBe(plain)
})
