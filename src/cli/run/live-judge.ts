import { Worker } from 'node:worker_threads'
import { SampledPackets } from '../../capture/write/sampled-packets.js'
import type { TrafficUser } from '../../capture/write/traffic-user.js'
import type { JudgedTraffic } from '../../conformance/traffic-judge.js'
import type { ConformanceSettings } from '../../model/scenario.js'
import { type FromJudge, type JudgeSettings, PacketBatch, type ToJudge } from './judge-messages.js'

/** Room for the longest IP packet many times over. */
const batchBytes = 524_288
/** What is not full is handed over after so long. */
const handOverMs = 200
/** What the judge may be behind; packets beyond are left out, and what they touch is not decided. */
const mostBehindBytes = 128 * 1_048_576

/** Judges the traffic of a run in a thread of its own while it happens. */
export class LiveJudge {
  readonly traffic: TrafficUser
  readonly #worker: Worker
  #batch = new PacketBatch(batchBytes)
  #behindBytes = 0
  #missed = 0
  #timer: NodeJS.Timeout | undefined
  readonly #judged: Promise<JudgedTraffic>

  private constructor({ share, profile, knownDeviations }: ConformanceSettings) {
    const workerData: JudgeSettings = { profile, knownDeviations }
    this.#worker = new Worker(new URL('./live-judge-worker.js', import.meta.url), { workerData })
    this.traffic = new SampledPackets(share, (atMs, packet, clearTls) => this.#take(atMs, packet, clearTls))
    this.#judged = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromJudge) => {
        if (message.kind === 'judged') resolve(message.judged)
        else this.#behindBytes -= message.bytes
      })
      this.#worker.on('error', reject)
    })
    // A failure is told by finish(); a run that ends before that has another.
    this.#judged.catch(() => {})
  }

  static start(settings: ConformanceSettings): LiveJudge {
    return new LiveJudge(settings)
  }

  /** Everything that was seen is judged. */
  async finish(): Promise<JudgedTraffic> {
    this.#handOver()
    this.#say({ kind: 'end' })
    return await this.#judged
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#worker.terminate()
  }

  #take(atMs: number, packet: Buffer, clearTls: boolean): void {
    if (this.#behindBytes > mostBehindBytes) {
      this.#missed++
      return
    }
    if (this.#batch.add(atMs, packet, clearTls)) {
      this.#timer ??= setTimeout(() => this.#handOver(), handOverMs)
      return
    }
    this.#handOver()
    this.#batch.add(atMs, packet, clearTls)
  }

  #handOver(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { bytes, used } = this.#batch
    if (used === 0 && this.#missed === 0) return
    this.#behindBytes += used
    const memory = bytes.buffer as ArrayBuffer
    this.#say({ kind: 'packets', bytes: memory, used, missed: this.#missed }, [memory])
    this.#missed = 0
    this.#batch = new PacketBatch(batchBytes)
  }

  #say(message: ToJudge, handed: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...handed])
  }
}

/** Violations by which a run can be judged: errors and warnings. */
export const violationsOf = ({ findings }: JudgedTraffic): number =>
  findings
    .filter(({ verdict, severity }) => verdict === 'violation' && severity !== 'info')
    .reduce((sum, { count }) => sum + count, 0)
