import { join } from 'node:path'
import { atEnd } from '../peers/at-end.js'
import { type Packet, readPackets } from '../peers/captured-packets.js'
import { type Peer, runProgram, startPeer } from '../peers/peer.js'
import { describeMissing, describeWithPeers, requirePeer } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

/** Two network namespaces with a cable between them, and a capture of everything on it. */
export interface Network {
  readonly own: { readonly namespace: string; readonly address: string }
  readonly far: { readonly namespace: string; readonly address: string }
  /** Drops what a namespace would receive and an nft expression matches; the capture has it all the same. */
  drop(side: 'own' | 'far', expression: string): Promise<void>
  /** What passed the cable so far, dropped or not. */
  packets(): Packet[]
}

/** nft: the first four characters of a UDP payload, the text of RFC 3261 methods being unique by then. */
export const startsWith = (text: string): string => `@th,64,32 0x${Buffer.from(text.slice(0, 4)).toString('hex')}`

/** nft: the status code of a SIP response, which stands after `SIP/2.0 `. */
export const isStatus = (status: number): string =>
  `${startsWith('SIP/')} @th,128,24 0x${Buffer.from(String(status)).toString('hex')}`

/** nft: the first packets that get as far as this expression, and no later ones. */
export const first = (count: number): string => `numgen inc mod 1000000 < ${count}`

/** nft: this share of the packets, at random. */
export const percent = (share: number): string => `numgen random mod 100 < ${share}`

/** A `describe` that needs network namespaces: without root it is skipped with the reason, or is one failing test. */
export function describeAsRoot(title: string, body: () => void): void {
  if (process.getuid?.() === 0) describeWithPeers(['sipp', 'ip', 'nft', 'tcpdump'], title, body)
  else describeMissing(title, 'network namespaces need root', body)
}

const names = { own: 'own', far: 'far' } as const

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runProgram({ command, args })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${output}`)
}

/** Needs root. Both namespaces, with all that is in them, are removed when the file ends. */
export async function startNetwork(): Promise<Network> {
  const prefix = `slg${process.pid}`
  const own = { namespace: `${prefix}a`, address: '10.222.0.1' }
  const far = { namespace: `${prefix}b`, address: '10.222.0.2' }
  const ip = (...args: string[]): Promise<void> => must(requirePeer('ip'), args)
  const remove = async (): Promise<void> => {
    for (const { namespace } of [own, far]) {
      await runProgram({ command: requirePeer('ip'), args: ['netns', 'del', namespace] })
    }
  }
  atEnd(remove)
  for (const { namespace } of [own, far]) await ip('netns', 'add', namespace)
  await ip('-n', own.namespace, 'link', 'add', names.own, 'type', 'veth', 'peer', names.far, 'netns', far.namespace)
  for (const [side, name] of [
    [own, names.own],
    [far, names.far],
  ] as const) {
    await ip('-n', side.namespace, 'addr', 'add', `${side.address}/30`, 'dev', name)
    await ip('-n', side.namespace, 'link', 'set', name, 'up')
    await ip('-n', side.namespace, 'link', 'set', 'lo', 'up')
  }
  const nft = (side: 'own' | 'far', ...words: string[]): Promise<void> => {
    const { namespace } = side === 'own' ? own : far
    return must(requirePeer('ip'), ['netns', 'exec', namespace, requirePeer('nft'), words.join(' ')])
  }
  for (const side of ['own', 'far'] as const) {
    await nft(side, 'add table ip loss; add chain ip loss in { type filter hook input priority 0; }')
  }
  const file = join(temporaryFolder('network'), 'capture.pcap')
  await startCapture(own.namespace, file)
  return {
    own,
    far,
    drop: (side, expression) => nft(side, `add rule ip loss in ${expression} counter drop`),
    packets: () => readPackets(file),
  }
}

/** On our end of the cable: what we send is seen before the far side drops it, what comes before we do. */
async function startCapture(namespace: string, file: string): Promise<Peer> {
  const tcpdump = [requirePeer('tcpdump'), '-i', names.own, '-n', '-s', '0', '--immediate-mode', '-U', '-Z', 'root']
  return await startPeer({
    command: requirePeer('ip'),
    args: ['netns', 'exec', namespace, ...tcpdump, '-w', file, 'udp'],
    ready: /listening on /,
    stopSignal: 'SIGINT',
  })
}
