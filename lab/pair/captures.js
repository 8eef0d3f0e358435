// tcpdump where the agents are and where the gateways are.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** RTP, RTCP too: version 2 (RFC 3550 5.1), and STUN and DTLS not. Only what comes to the agents, and no payload. */
const media = ['-s', '60', 'dst host 10.223.0.1 and udp and udp[8] & 0xc0 = 0x80 and not port 5060']
const signalling = ['-s', '0', 'port 5060 or tcp port 8443']

const places = [
  { name: 'agents-sip', namespace: undefined, device: 'slgpair', filter: signalling },
  { name: 'agents-media', namespace: undefined, device: 'slgpair', filter: media },
  { name: 'a-media', namespace: 'slgpaira', device: 'eth0', filter: media },
  { name: 'b-media', namespace: 'slgpairb', device: 'eth0', filter: media },
]

export const captureFile = (folder, name) => join(folder, `${name}.pcap`)

/** Begins all captures; resolves, when all listen, to what ends them and tells how many packets the kernel dropped. */
export async function startCaptures(folder) {
  const running = places.map(({ name, namespace, device, filter }) => {
    const line = ['tcpdump', '-Z', 'root', '-n', '-B', '65536', '-i', device, '-w', captureFile(folder, name), ...filter]
    const [command, ...args] = namespace === undefined ? line : ['ip', 'netns', 'exec', namespace, ...line]
    // In a group of its own: Ctrl-C ends the drill first, and captures go on until it is over.
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    const capture = { name, child, said: '', ended: new Promise((resolve) => child.once('close', resolve)) }
    child.stderr.on('data', (text) => {
      capture.said += text
    })
    return capture
  })
  const stop = async () => {
    for (const { child } of running) child.kill('SIGINT')
    await Promise.all(running.map(({ ended }) => ended))
    return Object.fromEntries(
      running.map(({ name, said }) => [name, Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1] ?? Number.NaN)]),
    )
  }
  for (const { name, child, said } of running) {
    for (let tries = 0; !running.find((each) => each.name === name).said.includes('listening on'); tries++) {
      if (child.exitCode !== null || tries > 100) {
        await stop()
        throw new Error(`tcpdump for ${name} does not listen: ${said}`)
      }
      await delay(50)
    }
  }
  return stop
}
