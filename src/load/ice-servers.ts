import { isIP } from 'node:net'
import { SiploadgenError } from '../base/errors.js'
import type { WebRtcSettings } from '../model/scenario.js'
import type { IceServer } from '../model/webrtc.js'
import type { DnsResolver } from '../sip/locate/dns-resolver.js'
import type { TargetGuard } from '../transport/guard.js'

/** The settings with every STUN and TURN server by its address, each of them shown to the guard. */
export async function locateIceServers(
  settings: WebRtcSettings | undefined,
  resolver: DnsResolver,
  guard: TargetGuard,
): Promise<WebRtcSettings | undefined> {
  if (!settings?.servers) return settings
  const servers: IceServer[] = []
  for (const server of settings.servers.servers) servers.push(await located(server, resolver, guard))
  return { ...settings, servers: { ...settings.servers, servers } }
}

async function located(server: IceServer, resolver: DnsResolver, guard: TargetGuard): Promise<IceServer> {
  const { host, port } = server.address
  const address = { host: isIP(host) === 0 ? await addressOf(host, resolver) : host, port }
  const refusal = guard.check(host, address)
  if (refusal !== undefined) throw new SiploadgenError('target/permission', `the ICE server ${refusal}`)
  return { ...server, address }
}

async function addressOf(name: string, resolver: DnsResolver): Promise<string> {
  for (const ask of [resolver.a, resolver.aaaa]) {
    const answer = await ask.call(resolver, name)
    const first = typeof answer === 'string' ? undefined : answer[0]
    if (first !== undefined) return first
  }
  throw new SiploadgenError('environment/resolve', `${name} of an ICE server has no address`)
}
