import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram, startPeer } from './peer.js'
import { requirePeer } from './require-peer.js'
import { temporaryFolder } from './temporary-folder.js'

export interface Capture {
  readonly file: string
  /** Ends the capture after everything captured so far is in the file; returns tcpdump's own counters. */
  stop(): Promise<{ readonly captured: number; readonly dropped: number }>
}

const bufferKiB = 65_536
const settleMs = 300

/** Captures packets with tcpdump into a pcap file of a temporary folder. Needs the privilege to capture. */
export async function capture(networkInterface: string, filter: string): Promise<Capture> {
  const file = join(temporaryFolder('capture'), 'capture.pcap')
  const peer = await startPeer({
    command: requirePeer('tcpdump'),
    // --immediate-mode and -U: each packet is handed over and written at once, so that a stop loses none.
    // -Z root: Debian's tcpdump otherwise drops to a user who cannot write into the folder.
    args: [
      '-i',
      networkInterface,
      '-n',
      '-s',
      '0',
      '-B',
      `${bufferKiB}`,
      '--immediate-mode',
      '-U',
      '-Z',
      'root',
    ].concat(['-w', file, filter]),
    // tcpdump says so when its socket is bound and filtering, not before.
    ready: /listening on /,
    stopSignal: 'SIGINT',
  })
  return {
    file,
    stop: async () => {
      await untilQuiet(file)
      await peer.stop()
      const text = peer.output()
      const figure = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN)
      return { captured: figure(/(\d+) packets? captured/), dropped: figure(/(\d+) packets? dropped by kernel/) }
    },
  }
}

/** Waits until the file has not grown for a while. */
async function untilQuiet(file: string): Promise<void> {
  const endMs = performance.now() + 10 * settleMs
  let before = -1
  let size = (await stat(file)).size
  while (size !== before && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    before = size
    size = (await stat(file)).size
  }
}

/** Runs tshark over a capture file and returns its standard output. Names are never resolved. */
export async function tshark(file: string, args: readonly string[]): Promise<string> {
  const result = await runProgram({
    command: requirePeer('tshark'),
    args: ['-n', '-r', file, ...args],
    withinMs: 60_000,
  })
  if (result.code !== 0) throw new Error(`tshark ended with ${result.code}: ${result.output}`)
  return result.stdout
}

/** Rows of the named fields of the packets that match a display filter. */
export async function tsharkFields(
  file: string,
  filter: string,
  fields: readonly string[],
  more: readonly string[] = [],
): Promise<string[][]> {
  const args = [...more, '-Y', filter, '-T', 'fields', '-E', 'separator=/t', ...fields.flatMap((name) => ['-e', name])]
  const text = await tshark(file, args)
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}
