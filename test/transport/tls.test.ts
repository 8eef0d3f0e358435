import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../../src/transport/certificates.js'
import type { TlsClientOptions } from '../../src/transport/transport.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { authority, connect, connectTls, failed, Journal, listen, listenTls, opened, pair, request } from './harness.js'

const folder = mkdtempSync(join(tmpdir(), 'siploadgen-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))

const strangers = await createAuthority('strangers')
const clientPair = await authority.issue(['phone.lab.test'])
const strangerPair = await strangers.issue(['localhost', '127.0.0.1'])

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const caFile = file('ca.pem', authority.caPem)
const certFile = file('cert.pem', listenTls.cert)
const keyFile = file('key.pem', listenTls.key)
const clientCertFile = file('client-cert.pem', clientPair.certPem)
const clientKeyFile = file('client-key.pem', clientPair.keyPem)

/** An openssl process whose output is collected. */
class OpenSsl {
  readonly process: ChildProcessWithoutNullStreams
  output = ''

  constructor(args: string[]) {
    this.process = spawn('openssl', args)
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString('latin1')
        this.process.emit('output')
      })
    }
  }

  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output)
      if (match !== null) return match
      await once(this.process, 'output', { signal: AbortSignal.timeout(5000) }).catch(() => {
        throw new Error(`openssl did not say ${pattern}, but: ${this.output}`)
      })
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const gone = once(this.process, 'exit')
    this.process.kill()
    await gone
  }
}

const serve = async (args: string[]): Promise<{ server: OpenSsl; address: { host: string; port: number } }> => {
  const server = new OpenSsl(['s_server', '-accept', '127.0.0.1:0', '-cert', certFile, '-key', keyFile, ...args])
  const [, port] = await server.until(/ACCEPT 127\.0\.0\.1:(\d+)/)
  return { server, address: { host: '127.0.0.1', port: Number(port) } }
}

describe.each(['tls', 'wss'] as const)('certificates over %s', (name) => {
  it.each([
    ['an authority that is not trusted', { ca: strangers.caPem, verify: 'full' }, /certificate/],
    ["none but the system's authorities", { verify: 'full' }, /certificate/],
    ['a name the certificate does not hold', { ...connectTls, serverName: 'other.lab.test' }, /other\.lab\.test/],
    ['an address the certificate does not hold', { ...connectTls, serverName: '127.0.0.9' }, /127\.0\.0\.9/],
  ] as [string, TlsClientOptions, RegExp][])('refuses %s with a sentence', async (_what, tls, sentence) => {
    const journal = new Journal()
    const listener = await listen(name, journal)
    const result = failed(await connect(name, listener.local, new Journal(), { tls }))
    expect(result.kind).toBe('certificate')
    expect(result.text).toMatch(sentence)
    expect(journal.opened).toEqual([])
    await listener.close()
  })

  it.each([
    ['any certificate when verification is off', { verify: 'none' }],
    ['a name the certificate holds', { ...connectTls, serverName: 'localhost' }],
    ['an address the certificate holds', connectTls],
  ] as [string, TlsClientOptions][])('accepts %s', async (_what, tls) => {
    const { client, serverJournal, close } = await pair(name, { connect: { tls } })
    client.send(request())
    await serverJournal.until((journal) => journal.messages.length === 1)
    await close()
  })

  it('asks for a client certificate and takes one of its authority', async () => {
    const { client, serverJournal, close } = await pair(name, {
      connect: { tls: { ...connectTls, cert: clientPair.certPem, key: clientPair.keyPem } },
      listen: { tls: { ...listenTls, ca: authority.caPem, clientCertificate: 'require' } },
    })
    client.send(request())
    await serverJournal.until((journal) => journal.messages.length === 1)
    await close()
  })

  it('refuses a client without a certificate, and both sides say so', async () => {
    const serverJournal = new Journal()
    const clientJournal = new Journal()
    const listener = await listen(name, serverJournal, {
      tls: { ...listenTls, ca: authority.caPem, clientCertificate: 'require' },
    })
    const result = await connect(name, listener.local, clientJournal)
    // With TLS 1.3 the client is done before the server has judged; WebSocket waits for an answer and so learns first.
    if (name === 'tls') {
      await clientJournal.until((journal) => journal.closed.length === 1)
      expect(clientJournal.failures.map(({ failure }) => failure.kind)).toEqual(['certificate'])
    } else expect(failed(result).kind).toBe('certificate')
    await serverJournal.until((journal) => journal.inbound.length > 0)
    expect(serverJournal.opened).toEqual([])
    await listener.close()
  })

  it("refuses a client with a stranger's certificate, and says why", async () => {
    const serverJournal = new Journal()
    const clientJournal = new Journal()
    const listener = await listen(name, serverJournal, {
      tls: { ...listenTls, ca: authority.caPem, clientCertificate: 'require' },
    })
    const tls = { ...connectTls, cert: strangerPair.certPem, key: strangerPair.keyPem }
    const result = await connect(name, listener.local, clientJournal, { tls })
    if (name === 'tls') await clientJournal.until((journal) => journal.closed.length === 1)
    else failed(result)
    await serverJournal.until((journal) => journal.inbound.length > 0)
    expect(serverJournal.inbound[0]).toMatchObject({ kind: 'certificate', text: expect.stringContaining('refused') })
    expect(serverJournal.opened).toEqual([])
    await listener.close()
  })

  it('hands out key log lines on both sides', async () => {
    const lines: string[] = []
    const keyLog = (line: Buffer): void => {
      lines.push(line.toString())
    }
    const { close } = await pair(name, {
      connect: { tls: { ...connectTls, keyLog } },
      listen: { tls: { ...listenTls, keyLog } },
    })
    const secrets = lines.filter((line) => /^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]+\n$/.test(line))
    expect(secrets).toHaveLength(2)
    expect(secrets[0]).toBe(secrets[1])
    await close()
  })

  it.each([
    ['a key that is no PEM', { ...connectTls, cert: clientPair.certPem, key: 'nonsense' }],
    ['the key of another certificate', { ...connectTls, cert: clientPair.certPem, key: strangerPair.keyPem }],
  ] as [string, TlsClientOptions][])('refuses %s as a setting, without throwing', async (_what, tls) => {
    const result = failed(await connect(name, { host: '127.0.0.1', port: 9 }, new Journal(), { tls }))
    expect(result).toMatchObject({ kind: 'certificate', text: expect.stringContaining('cannot be used') })
  })

  it('calls a peer that speaks no TLS a handshake failure', async () => {
    const listener = await listen('tcp', new Journal())
    const { createServer } = await import('node:net')
    const rude = createServer((socket) => socket.end('220 mail.lab.test ESMTP\r\n')).listen(0, '127.0.0.1')
    await once(rude, 'listening')
    const { port } = rude.address() as { port: number }
    const result = failed(await connect(name, { host: '127.0.0.1', port }, new Journal()))
    expect(result.kind).toBe('handshake')
    rude.close()
    await listener.close()
  })

  it('tells of a client that speaks no TLS', async () => {
    const journal = new Journal()
    const listener = await listen(name, journal)
    const client = opened(await connect('tcp', listener.local, new Journal()))
    client.send(request())
    await journal.until((seen) => seen.inbound.length === 1)
    expect(journal.inbound[0]!.kind).toBe('handshake')
    await client.close()
    await listener.close()
  })
})

describe('RFC 5922 identity', () => {
  const named = async (...altNames: { type: 2 | 6; value: string }[]) => {
    const own = await generate([{ name: 'commonName', value: 'sbc' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames }],
    })
    return { ca: own.cert, listenTls: { cert: own.cert, key: own.private } }
  }

  it.each([
    ['a SIP URI of the domain', 'sip:lab.test', true],
    ['the domain in capitals', 'sip:LAB.test', true],
    ['a SIP URI of another domain', 'sip:other.test', false],
    ['a SIP URI with a user part', 'sip:bob@lab.test', false],
    ['a URI of another scheme', 'https://lab.test', false],
  ])('judges a certificate that holds %s', async (_what, value, accepted) => {
    const { ca, listenTls: tls } = await named({ type: 6, value })
    const listener = await listen('tls', new Journal(), { tls })
    const result = await connect('tls', listener.local, new Journal(), {
      tls: { ca, verify: 'full', serverName: 'lab.test' },
    })
    if (accepted) await opened(result).close()
    else expect(failed(result).kind).toBe('certificate')
    await listener.close()
  })

  it('does not look for the domain inside another name', async () => {
    const { ca, listenTls: tls } = await named({ type: 6, value: 'sip:evil.test, URI:sip:lab.test, x' })
    const listener = await listen('tls', new Journal(), { tls })
    const result = await connect('tls', listener.local, new Journal(), {
      tls: { ca, verify: 'full', serverName: 'lab.test' },
    })
    expect(failed(result).kind).toBe('certificate')
    await listener.close()
  })
})

describeWithPeers(['openssl'], 'openssl as the peer', () => {
  it('talks with s_server, which sees SNI and our certificate, and no session offered', async () => {
    const { server, address } = await serve(['-Verify', '1', '-CAfile', caFile, '-tlsextdebug', '-state'])
    const journal = new Journal()
    const tls = {
      ...connectTls,
      serverName: 'localhost',
      cert: clientPair.certPem,
      key: clientPair.keyPem,
    }
    const client = opened(await connect('tls', address, journal, { tls }))
    client.send(request({ subject: 'to openssl' }))
    await server.until(/Subject: to openssl/)
    server.process.stdin.write(request({ subject: 'from openssl' }))
    await journal.until((seen) => seen.messages.length === 1)
    expect(journal.texts[0]).toContain('Subject: from openssl')
    await client.close()
    const again = opened(await connect('tls', address, journal, { tls }))
    again.send(request({ subject: 'once more' }))
    await server.until(/Subject: once more/)
    await again.close()
    await server.stop()
    expect(server.output).toMatch(/"server name" \(id=0\)/)
    expect(server.output).toContain('phone.lab.test')
    expect(server.output).not.toMatch(/Reused session-id/)
  })

  it.each([
    ['is missing', connectTls],
    ['is of strangers', { ...connectTls, cert: strangerPair.certPem, key: strangerPair.keyPem }],
  ] as [string, TlsClientOptions][])('learns from s_server that our certificate %s', async (_what, tls) => {
    const { server, address } = await serve(['-Verify', '1', '-verify_return_error', '-CAfile', caFile])
    const journal = new Journal()
    opened(await connect('tls', address, journal, { tls }))
    await journal.until((seen) => seen.closed.length === 1)
    expect(journal.failures[0]!.failure.kind).toBe('certificate')
    await server.stop()
  })

  it.each(['-tls1_2', '-tls1_3'])('talks with s_client (%s), which verifies us', async (version) => {
    const journal = new Journal()
    journal.answer = (channel) => channel.send(request({ subject: 'answered' }))
    const listener = await listen('tls', journal, {
      tls: { ...listenTls, ca: authority.caPem, clientCertificate: 'require' },
    })
    const client = new OpenSsl([
      ...['s_client', '-connect', `127.0.0.1:${listener.local.port}`, '-CAfile', caFile, version],
      ...['-verify_return_error', '-verify_ip', '127.0.0.1', '-cert', clientCertFile, '-key', clientKeyFile],
    ])
    await client.until(/Verify return code: 0 \(ok\)/)
    client.process.stdin.write(request({ subject: 'from s_client' }))
    await client.until(/Subject: answered/)
    expect(journal.texts[0]).toContain('Subject: from s_client')
    await client.stop()
    await journal.until((seen) => seen.closed.length === 1)
    await listener.close()
  })

  it('tells of an s_client without the certificate it must have', async () => {
    const journal = new Journal()
    const listener = await listen('tls', journal, {
      tls: { ...listenTls, ca: authority.caPem, clientCertificate: 'require' },
    })
    const client = new OpenSsl(['s_client', '-connect', `127.0.0.1:${listener.local.port}`, '-CAfile', caFile])
    await journal.until((seen) => seen.inbound.length === 1)
    expect(journal.opened).toEqual([])
    await client.until(/certificate required/)
    await client.stop()
    await listener.close()
  })
})
