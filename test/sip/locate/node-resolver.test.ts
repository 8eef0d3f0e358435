import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packet from 'dns-packet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../../src/base/rng.js'
import { VirtualClock } from '../../../src/base/virtual-clock.js'
import { locate } from '../../../src/sip/locate/locate.js'
import { TargetAvoidance } from '../../../src/sip/locate/target-avoidance.js'
import { NodeResolver } from '../../../src/transport/node-resolver.js'
import { describeWithPeers, requirePeer } from '../../peers/require-peer.js'

const gatewayTest = { host: 'gw.test', port: undefined, sips: false, transport: undefined }

/** A DNS server whose answers are written by hand: `TYPE name` to records, or an error code. */
type Script = Record<string, packet.Answer[] | 'SERVFAIL' | 'silence'>

function answer(socket: Socket, script: Script): void {
  socket.on('message', (bytes, from) => {
    const query = packet.decode(bytes)
    const question = query.questions?.[0]
    const scripted = question && script[`${question.type} ${question.name}`]
    if (scripted === 'silence') return
    const failed = scripted === 'SERVFAIL'
    const flags = packet.AUTHORITATIVE_ANSWER | (failed ? 2 : 0)
    const answers = failed || !scripted ? [] : scripted
    const id = query.id ?? 0
    socket.send(
      packet.encode({ type: 'response', id, flags, questions: query.questions ?? [], answers }),
      from.port,
      from.address,
    )
  })
}

describe('NodeResolver with a scripted server', () => {
  let socket: Socket
  let resolver: NodeResolver

  beforeAll(async () => {
    socket = createSocket('udp4')
    const naptr = (order: number, services: string, replacement: string): packet.Answer => ({
      type: 'NAPTR',
      name: 'gw.test',
      ttl: 1,
      data: { order, preference: 1, flags: 's', services, regexp: '', replacement },
    })
    answer(socket, {
      'NAPTR gw.test': [naptr(20, 'SIP+D2U', '_sip._udp.gw.test'), naptr(10, 'SIPS+D2W', '_sips._ws.gw.test')],
      'SRV _sips._ws.gw.test': [
        { type: 'SRV', name: '_sips._ws.gw.test', data: { priority: 1, weight: 2, port: 8443, target: 'one.test' } },
      ],
      'SRV _sip._udp.gw.test': [
        { type: 'SRV', name: '_sip._udp.gw.test', data: { priority: 0, weight: 0, port: 0, target: '.' } },
      ],
      'A one.test': [{ type: 'A', name: 'one.test', data: '127.0.0.11' }],
      'AAAA one.test': [{ type: 'AAAA', name: 'one.test', data: '::1' }],
      'A broken.test': 'SERVFAIL',
      'A silent.test': 'silence',
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    resolver = new NodeResolver({ servers: [`127.0.0.1:${socket.address().port}`], timeoutMs: 200, tries: 1 })
  })

  afterAll(() => {
    socket.close()
  })

  it('follows NAPTR and SRV to addresses, and "." to nothing', async () => {
    expect(await locate(gatewayTest, resolver, new Rng(1))).toEqual([
      { transport: 'wss', address: { host: '127.0.0.11', port: 8443 }, priority: 1, weight: 2, name: 'one.test' },
      { transport: 'wss', address: { host: '::1', port: 8443 }, priority: 1, weight: 2, name: 'one.test' },
    ])
  })

  it('tells absent, failing and silent apart', async () => {
    const answers = await Promise.all([resolver.a('absent.test'), resolver.a('broken.test'), resolver.a('silent.test')])
    expect(answers).toEqual(['none', 'failure', 'failure'])
  })

  it('is done with a silent server soon after its timeout', async () => {
    const start = performance.now()
    await resolver.a('silent.test')
    expect(performance.now() - start).toBeLessThan(600)
  })
})

describe('NodeResolver with the system', () => {
  it('knows localhost', async () => {
    expect(await new NodeResolver().a('localhost')).toEqual(['127.0.0.1'])
  })
})

describeWithPeers(['dnsmasq'], 'NodeResolver with dnsmasq', () => {
  let server: ChildProcess
  let folder: string
  let resolver: NodeResolver

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'siploadgen-dns-'))
    const free = createSocket('udp4').bind(0, '127.0.0.1')
    await once(free, 'listening')
    const { port } = free.address()
    free.close()
    const lines = [
      `port=${port}`,
      'listen-address=127.0.0.1',
      'bind-interfaces',
      'no-resolv',
      'no-hosts',
      'local=/test/',
      'srv-host=_sip._udp.gw.test,dead.test,5060,0,1',
      'srv-host=_sip._udp.gw.test,heavy.test,5061,1,90',
      'srv-host=_sip._udp.gw.test,light.test,5062,1,10',
      'naptr-record=gw.test,10,1,s,SIP+D2U,,_sip._udp.gw.test',
      'host-record=dead.test,127.0.0.2',
      'host-record=heavy.test,127.0.0.3',
      'host-record=light.test,127.0.0.4',
    ]
    writeFileSync(join(folder, 'dnsmasq.conf'), `${lines.join('\n')}\n`)
    const options = ['--keep-in-foreground', '--log-facility=-', `--conf-file=${join(folder, 'dnsmasq.conf')}`]
    server = spawn(requirePeer('dnsmasq'), [...options, '--pid-file=', '--user=', '--group='], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await once(server.stderr ?? server, 'data')
    resolver = new NodeResolver({ servers: [`127.0.0.1:${port}`], timeoutMs: 1000 })
  })

  afterAll(async () => {
    if (server.exitCode === null && server.kill()) await once(server, 'exit')
    rmSync(folder, { recursive: true })
  })

  it('tries the dead first target first, and the others by weight after it', async () => {
    const firsts: Record<string, number> = {}
    const rng = new Rng(21)
    const avoidance = new TargetAvoidance(new VirtualClock())
    avoidance.avoid({ transport: 'udp', address: { host: '127.0.0.2', port: 5060 } })
    for (let i = 0; i < 200; i++) {
      const found = await locate(gatewayTest, resolver, rng)
      if (!Array.isArray(found)) throw new Error(found.text)
      expect(found).toHaveLength(3)
      expect(found[0]).toMatchObject({ name: 'dead.test', address: { host: '127.0.0.2', port: 5060 } })
      const afterFailure = avoidance.order(found)
      expect(afterFailure[2]?.name).toBe('dead.test')
      const name = afterFailure[0]?.name ?? ''
      firsts[name] = (firsts[name] ?? 0) + 1
    }
    expect((firsts['heavy.test'] ?? 0) + (firsts['light.test'] ?? 0)).toBe(200)
    expect(firsts['light.test']).toBeGreaterThan(8)
    expect(firsts['light.test']).toBeLessThan(45)
  })
})
