import { join } from 'node:path'
import { freePort, freePortRange } from './free-port.js'
import { startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

export interface Coturn {
  readonly port: number
  readonly username: string
  readonly password: string
  /** Ports of its relays, as tcpdump has a range. */
  readonly relays: string
  /** What it says of sessions, for the message of a failed test. */
  output(): string
}

const relayPorts = 40

/** Starts a STUN and TURN server on loopback, over UDP and with long-term credentials; it relays to loopback as well. */
export async function startCoturn(): Promise<Coturn> {
  const [port, first] = [await freePort(), await freePortRange(relayPorts)]
  const last = first + relayPorts - 1
  const [username, password] = ['anna', 'secret of anna']
  const folder = temporaryFolder('coturn')
  const args = ['-n', '--listening-ip=127.0.0.1', `--listening-port=${port}`, '--relay-ip=127.0.0.1']
  args.push(`--min-port=${first}`, `--max-port=${last}`, '--lt-cred-mech', `--user=${username}:${password}`)
  args.push('--realm=lab.test', '--allow-loopback-peers', '--no-tls', '--no-dtls', '--no-tcp', '--no-cli')
  args.push('--log-file=stdout', '--simple-log', '--verbose', `--pidfile=${join(folder, 'pid')}`)
  args.push(`--userdb=${join(folder, 'users')}`)
  const peer = await startPeer({
    command: requirePeer('turnserver'),
    args,
    cwd: folder,
    ready: /UDP listener opened|IO method|Total auth threads/i,
  })
  return { port, username, password, relays: `${first}-${last}`, output: () => peer.output() }
}
