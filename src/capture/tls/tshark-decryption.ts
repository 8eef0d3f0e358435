import { type ChildProcess, spawn } from 'node:child_process'
import { PcapngReader } from '../file/pcapng-reader.js'
import { readExportedPdu } from './exported-pdu.js'

/** Application data of one TLS record. */
export interface DecryptedRecord {
  readonly frame: number
  readonly bytes: Buffer
}

/** Dissector that takes application data as it is; any other name is what a heuristic made of it. */
const asItIs = 'data'
const longestComplaint = 2000

/**
 * Application data of the TLS connections of a capture file, by way of tshark, which reads the file beside us and
 * waits where we are behind. Its keys come from a key log file, or from the capture itself.
 */
export class TsharkDecryption {
  /** Why there is nothing more, when tshark could not run or failed. */
  failure: string | undefined
  readonly #process: ChildProcess
  readonly #reader: PcapngReader
  readonly #output: AsyncIterator<Buffer>
  #records: DecryptedRecord[] = []
  #lastFrame = 0
  #ended = false
  #complaint = ''

  constructor(file: string, keyLog: string | undefined, command: string) {
    this.#process = spawn(command, tsharkArguments(file, keyLog), { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.on('error', (error: NodeJS.ErrnoException) => {
      this.failure = error.code === 'ENOENT' ? 'tshark is not installed' : `tshark cannot run: ${error.message}`
      this.#process.stdout?.destroy()
    })
    this.#process.on('exit', (code) => {
      if (code) this.failure ??= `tshark ended with ${code}: ${this.#complaint.trim().split('\n').at(-1) ?? ''}`
    })
    this.#process.stderr?.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString('latin1')).slice(-longestComplaint)
    })
    this.#reader = new PcapngReader(({ bytes, start, end }) => this.#take(bytes.subarray(start, end)), {
      onDrop: () => {},
      onTlsSecrets: () => {},
    })
    const output: AsyncIterable<Buffer> = this.#process.stdout ?? noOutput()
    this.#output = output[Symbol.asyncIterator]()
  }

  /** Every record up to a frame, in the order of their frames, once tshark is beyond it or at its end. */
  async upTo(frame: number): Promise<readonly DecryptedRecord[]> {
    while (!this.#ended && this.#lastFrame <= frame) await this.#readMore()
    const count = this.#records.findIndex((record) => record.frame > frame)
    return this.#records.splice(0, count < 0 ? this.#records.length : count)
  }

  stop(): void {
    this.#process.stdout?.destroy()
    this.#process.kill()
  }

  async #readMore(): Promise<void> {
    try {
      const { done, value } = await this.#output.next()
      if (done) this.#ended = true
      else if (this.#reader.push(value)) this.#ended = true
    } catch {
      // Its output was cut off: the failure says why.
      this.#ended = true
    }
  }

  #take(packet: Buffer): void {
    const pdu = readExportedPdu(packet)
    if (pdu === undefined) return
    this.#lastFrame = pdu.frame
    if (pdu.dissector === asItIs) this.#records.push({ frame: pdu.frame, bytes: Buffer.from(pdu.bytes) })
  }
}

async function* noOutput(): AsyncGenerator<Buffer> {}

const tsharkArguments = (file: string, keyLog: string | undefined): string[] => [
  ...['-n', '-r', file, '-Y', 'tls', '-o', 'tcp.reassemble_out_of_order:TRUE'],
  ...(keyLog === undefined ? [] : ['-o', `tls.keylog_file:${keyLog}`]),
  // Application data is exported as it is, whatever it holds; HTTP would otherwise be recognized and taken apart.
  ...['-d', 'tls.port==1-65535,data', '--disable-heuristic', 'http_tls', '-U', 'OSI layer 7', '-w', '-'],
]
