import { atEnd } from './at-end.js'
import { freePort, freePortRange } from './free-port.js'
import { runProgram } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

export interface LabOptions {
  readonly address?: string
  readonly algorithm?: 'MD5' | 'SHA-256'
  /** Number of media ports; a call through the lab takes up to four in user space. */
  readonly mediaPorts?: number
  readonly rtpengine?: boolean
  /** Processes of Kamailio that read UDP, 2 when left out; messages of one sender keep their order through one alone. */
  readonly workers?: number
  /** Flow-Timer that phones with outbound flows are told. */
  readonly flowTimerSeconds?: number
  /** Crypto suites that SDES phones are not offered, by RTPEngine's names, such as `AEAD_AES_256_GCM`. */
  readonly sdesWithout?: readonly string[]
}

/** Where the running lab listens. The password of user `NAME` is `pNAME`, whatever the name. */
export interface Lab {
  readonly address: string
  readonly udp: number
  readonly tcp: number
  readonly tls: number
  readonly ws: number
  readonly wss: number
  readonly caFile: string
  readonly domain: string
  /** Ports of the media relay, `LOW-HIGH`. */
  readonly media: string
  readonly folder: string
  readonly logs: { readonly kamailio: string; readonly rtpengine: string }
  stop(): Promise<void>
  /** Starts it again after a stop: same ports, same certificates, nothing remembered. */
  start(): Promise<void>
}

const labFile = (name: string): string => new URL(`../../lab/${name}`, import.meta.url).pathname

/** The lab as a `gateway` of a scenario, for every transport. */
export const gatewayOf = (lab: Lab): string =>
  (['udp', 'tcp', 'tls', 'ws', 'wss'] as const).map((name) => `${name}://${lab.address}:${lab[name]}`).join(',')

/** Ports that are free may be taken before the lab has them, by whatever else this machine does. */
const attempts = 3

/** Starts Kamailio and RTPEngine from lab/ on free loopback ports; both are stopped when the test or file ends. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startLabOnce(options)
    } catch (error) {
      if (attempt === attempts || !/Address already in use/.test(String(error))) throw error
    }
  }
}

async function startLabOnce(options: LabOptions): Promise<Lab> {
  requirePeer('kamailio')
  if (options.rtpengine !== false) requirePeer('rtpengine')
  const folder = temporaryFolder('lab')
  const address = options.address ?? '127.0.0.1'
  const ports = { sip: await freePort(address), tls: await freePort(address), ws: await freePort(address) }
  const wss = await freePort(address)
  const control = await freePort()
  const mediaPorts = options.mediaPorts ?? 200
  const media = await freePortRange(mediaPorts, address)
  const args = ['--dir', folder, '--address', address, '--sip', `${ports.sip}`, '--tls', `${ports.tls}`]
  args.push('--ws', `${ports.ws}`, '--wss', `${wss}`, '--control', `${control}`)
  args.push('--media', `${media}-${media + mediaPorts - 1}`, '--algorithm', options.algorithm ?? 'MD5')
  if (options.rtpengine === false) args.push('--no-rtpengine')
  if (options.workers !== undefined) args.push('--workers', `${options.workers}`)
  if (options.flowTimerSeconds !== undefined) args.push('--flow-timer', `${options.flowTimerSeconds}`)
  if (options.sdesWithout) args.push('--sdes-flags', options.sdesWithout.map((suite) => `SDES-no-${suite}`).join(' '))
  const stop = async (): Promise<void> => {
    await runProgram({ command: process.execPath, args: [labFile('stop.js'), '--dir', folder] })
  }
  atEnd(stop)
  const start = async (): Promise<string> => {
    const started = await runProgram({ command: process.execPath, args: [labFile('start.js'), ...args] })
    if (started.code !== 0) throw new Error(`the lab did not start:\n${started.output}`)
    return started.stdout
  }
  const told = JSON.parse(await start()) as Omit<Lab, 'stop' | 'start'>
  const again = async (): Promise<void> => {
    await start()
  }
  return { ...told, stop, start: again }
}
