import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BaresipControl, type BaresipEvent, openBaresipControl } from './baresip-control.js'
import { freePort, freePortRange } from './free-port.js'
import type { Lab } from './lab.js'
import { type Peer, startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'
import { toneWav } from './tone-wav.js'

export interface BaresipOptions {
  readonly user: string
  /** Registers there, as a phone of media `sdes` where it encrypts; without a lab it is called and calls directly. */
  readonly lab?: Lab
  readonly transport?: 'udp' | 'tcp' | 'tls'
  /** `srtp` offers RTP/AVP with a=crypto and takes what it gets, `srtp-mand` offers RTP/SAVP; plain RTP without it. */
  readonly encryption?: 'srtp' | 'srtp-mand'
  /** In order of preference, as baresip writes them; PCMU when left out. */
  readonly codecs?: readonly BaresipCodec[]
  /** A tone of this frequency, or what it hears, which is for one call only. 600 Hz when left out. */
  readonly audio?: number | 'echo'
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>
}

export type BaresipCodec = 'PCMU/8000/1' | 'PCMA/8000/1' | 'G722/16000/1' | 'opus/48000/2'

/** Packets of a call that has ended, as baresip counts them. */
export interface BaresipFigures {
  readonly sent: number
  readonly received: number
  readonly errors: number
}

export interface Baresip {
  /** Its media ports, `LOW-HIGH`. */
  readonly media: string
  readonly peer: Peer
  /** Where it can be called directly. */
  readonly uri: string
  /** Calls a URI and waits until it is answered; the Call-ID. */
  dial(uri: string): Promise<string>
  hangUp(): Promise<void>
  hold(): Promise<void>
  resume(): Promise<void>
  dtmf(digits: string): Promise<void>
  /** Waits for an event of this type, which may have come already; each is given once. */
  event(type: string, withinMs?: number): Promise<BaresipEvent>
  /** What the calls that have ended so far sent and received, in order. */
  figures(): BaresipFigures[]
  /** WAV files of what was heard, one a call, in order. */
  recordings(): string[]
}

const modules = '/usr/lib/baresip/modules'
const mediaPorts = 20
const readyWithinMs = 15_000
const answeredWithinMs = 20_000

/** Starts baresip with settings of its own on loopback; it is stopped when the test or file ends. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const command = requirePeer('baresip')
  const folder = temporaryFolder('baresip')
  const [port, control] = [await freePort(), await freePort()]
  const first = await freePortRange(mediaPorts)
  mkdirSync(join(folder, 'heard'))
  writeFileSync(join(folder, 'config'), config(options, folder, port, control, first))
  writeFileSync(join(folder, 'accounts'), `${account(options)}\n`)
  writeFileSync(join(folder, 'contacts'), '')
  // The registration may be over before anybody can listen to its events.
  const ready = options.lab ? /200 OK \(.*\) \[\d+ binding/ : /baresip is ready/
  const { env = {} } = options
  const peer = await startPeer({ command, args: ['-f', folder], cwd: folder, env, ready, readyWithinMs })
  return phoneOf(peer, await openBaresipControl(control), options, folder, { port, first })
}

function phoneOf(
  peer: Peer,
  line: BaresipControl,
  options: BaresipOptions,
  folder: string,
  { port, first }: { readonly port: number; readonly first: number },
): Baresip {
  const event = (type: string, withinMs = answeredWithinMs): Promise<BaresipEvent> =>
    line.event(type, withinMs).catch((error: Error) => {
      throw new Error(`${error.message}\n${peer.output()}`)
    })
  const heard = join(folder, 'heard')
  return {
    peer,
    uri: `sip:${options.user}@127.0.0.1:${port}`,
    media: `${first}-${first + mediaPorts - 1}`,
    dial: async (uri) => {
      await line.command('dial', uri)
      return (await event('CALL_ESTABLISHED')).id ?? ''
    },
    hangUp: () => line.command('hangup'),
    hold: () => line.command('hold'),
    resume: () => line.command('resume'),
    dtmf: async (digits) => {
      for (const digit of digits) await line.command('sndcode', digit)
    },
    event,
    figures: () =>
      [...peer.output().matchAll(/^packets: +(\d+) +(\d+)\n.*\nerrors: +(\d+) +(\d+)/gm)].map(
        ([, sent, received, sendErrors, receiveErrors]) => ({
          sent: Number(sent),
          received: Number(received),
          errors: Number(sendErrors) + Number(receiveErrors),
        }),
      ),
    recordings: () =>
      readdirSync(heard)
        .filter((name) => name.endsWith('-dec.wav'))
        .sort()
        .map((name) => join(heard, name)),
  }
}

function account({ user, lab, transport = 'udp', encryption, codecs = ['PCMU/8000/1'] }: BaresipOptions): string {
  const domain = lab?.domain ?? '127.0.0.1'
  const parts = [`<sip:${user}@${domain};transport=${transport}>`, `auth_pass=p${user}`, 'answermode=auto']
  parts.push(`regint=${lab ? 600 : 0}`, `audio_codecs=${codecs.join(',')}`)
  if (encryption !== undefined) parts.push(`mediaenc=${encryption}`)
  if (lab) {
    // baresip cannot add a header to its REGISTER: the parameter of its Route says what media it wants to be offered.
    const media = encryption === undefined ? '' : ';media=sdes'
    parts.push(`outbound="sip:${lab.address}:${lab[transport]};transport=${transport}${media}"`)
  }
  return parts.join(';')
}

function config(options: BaresipOptions, folder: string, port: number, control: number, firstMedia: number): string {
  const { audio = 600, codecs = [], lab } = options
  // The only rate that a file may have is that of the codec; aubridge gives what its player gets to its source.
  const isOpus = codecs[0]?.startsWith('opus') === true
  const [rate, channels] = isOpus ? [48_000, 2] : codecs[0]?.startsWith('G722') === true ? [16_000, 1] : [8000, 1]
  const file = join(folder, 'tone.wav')
  if (audio !== 'echo') writeFileSync(file, toneWav({ hz: audio, seconds: 60, rate, channels }))
  const source = audio === 'echo' ? 'aubridge,echo' : `aufile,${file}`
  const lines = [
    `sip_listen 127.0.0.1:${port}`,
    // An interface called lo would be refused.
    'net_interface 127.0.0.1',
    `rtp_ports ${firstMedia}-${firstMedia + mediaPorts - 1}`,
    'rtp_stats yes',
    'call_local_timeout 30',
    'audio_telev_pt 101',
    `audio_source ${source}`,
    'audio_player aubridge,echo',
    `audio_alert aubridge,alert`,
    `snd_path ${join(folder, 'heard')}`,
    `ctrl_tcp_listen 127.0.0.1:${control}`,
    `module_path ${modules}`,
    ...(lab ? [`sip_cafile ${lab.caFile}`] : []),
    ...['g711', 'g722', 'opus', 'srtp', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`),
    ...['uuid', 'account'].map((name) => `module_tmp ${name}.so`),
    ...['menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
  ]
  return `${lines.join('\n')}\n`
}
