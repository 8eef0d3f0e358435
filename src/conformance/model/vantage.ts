import type { CapturedMessage } from '../../capture/captured-message.js'

export type Role = 'ua' | 'proxy'

const initialHops: ReadonlySet<number> = new Set([64, 128, 255])
const loopback = /^(127\.|::1$)/

/** Where the capture was taken, as far as it tells: what is sent there is seen before any network can delay it. */
export class Vantage {
  readonly #declared: ReadonlyMap<string, Role>
  /** Hosts whose messages all came with a fresh hop count, and those for which one did not. */
  readonly #fresh = new Set<string>()
  readonly #far = new Set<string>()
  /** Hosts whose checksums are left to the network card: the capturing host itself. */
  readonly #offloaded = new Set<string>()

  constructor(declared: ReadonlyMap<string, Role> = new Map()) {
    this.#declared = declared
  }

  saw({ source, ttl, checksum }: CapturedMessage): void {
    if (checksum === 'bad') this.#offloaded.add(source.host)
    const isInitial = initialHops.has(ttl)
    if (this.#fresh.has(source.host) ? isInitial : this.#far.has(source.host)) return
    if (isInitial) this.#fresh.add(source.host)
    else {
      this.#far.add(source.host)
      this.#fresh.delete(source.host)
    }
  }

  /** The capture was taken at this host, or on its own link. */
  isAt(host: string): boolean {
    return this.#fresh.has(host) || this.#offloaded.has(host) || this.#declared.has(host) || loopback.test(host)
  }

  roleOf(host: string): Role | undefined {
    return this.#declared.get(host)
  }

  /** What is assumed and why, for people. */
  describe(): readonly string[] {
    const lines = Array.from(this.#declared, ([host, role]) => `${host} is a ${role}, as told; the capture is at it`)
    for (const host of this.#offloaded)
      lines.push(`the capture is at ${host}: its checksums are left to the network card`)
    const near = [...this.#fresh].filter((host) => !this.#offloaded.has(host) && !this.#declared.has(host))
    const shown = near.slice(0, maximumShown).join(', ')
    const more = near.length > maximumShown ? ` and ${near.length - maximumShown} more` : ''
    if (near.length > 0) lines.push(`the capture is at or one link from ${shown}${more}: hop counts are fresh`)
    return lines
  }
}

const maximumShown = 8
