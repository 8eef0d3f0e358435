import { X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TransportName } from '../../src/model/address.js'
import { createAuthority } from '../../src/transport/certificates.js'
import { connect, failed, Journal, listen, opened } from './harness.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(['tls', 'wss'] satisfies TransportName[])('the certificate of a server over %s', (transport) => {
  it('is read once for all connections, and judged for each name', async () => {
    const authority = await createAuthority()
    const { certPem, keyPem } = await authority.issue(['lab.test'])
    const listener = await listen(transport, new Journal(), { tls: { cert: certPem, key: keyPem } })
    const read = vi.spyOn(X509Certificate.prototype, 'toLegacyObject')
    const as = (serverName: string) =>
      connect(transport, listener.local, new Journal(), { tls: { ca: authority.caPem, verify: 'full', serverName } })
    await opened(await as('lab.test')).close()
    expect(failed(await as('other.test')).kind).toBe('certificate')
    await opened(await as('lab.test')).close()
    expect(read).toHaveBeenCalledTimes(1)
    await listener.close()
  })

  it('is read anew when it is another one for the same name', async () => {
    const authority = await createAuthority()
    for (const names of [['lab.test'], ['other.test'], ['lab.test', 'other.test']]) {
      const { certPem, keyPem } = await authority.issue(names)
      const listener = await listen(transport, new Journal(), { tls: { cert: certPem, key: keyPem } })
      const tls = { ca: authority.caPem, verify: 'full', serverName: 'lab.test' } as const
      const result = await connect(transport, listener.local, new Journal(), { tls })
      if (names.includes('lab.test')) await opened(result).close()
      else expect(failed(result).kind).toBe('certificate')
      await listener.close()
    }
  })
})
