import { lookup, Resolver } from 'node:dns/promises'
import type { Answer, DnsResolver, NaptrRecord, SrvRecord } from '../sip/locate/dns-resolver.js'

export interface NodeResolverOptions {
  /** Addresses with an optional port (`127.0.0.1:5353`); empty uses the system's servers and hosts file. */
  readonly servers?: readonly string[]
  /** For each try of each server. */
  readonly timeoutMs?: number
  readonly tries?: number
}

const noSuchRecord = new Set(['ENOTFOUND', 'ENODATA'])

/** The DNS through node:dns. */
export class NodeResolver implements DnsResolver {
  readonly #resolver: Resolver
  readonly #system: boolean
  readonly #patienceMs: number

  constructor(options: NodeResolverOptions = {}) {
    const { servers = [], timeoutMs = 2000, tries = 2 } = options
    this.#resolver = new Resolver({ timeout: timeoutMs, tries })
    this.#system = servers.length === 0
    // c-ares doubles its timeout on every further try, and its own bound does not cover a system lookup.
    this.#patienceMs = timeoutMs * (2 ** tries - 1) * Math.max(1, servers.length) + timeoutMs
    if (servers.length > 0) this.#resolver.setServers(servers)
  }

  naptr(name: string): Promise<Answer<NaptrRecord>> {
    return this.#ask(this.#resolver.resolveNaptr(name), (records) => records)
  }

  srv(name: string): Promise<Answer<SrvRecord>> {
    return this.#ask(this.#resolver.resolveSrv(name), (records) =>
      records.map(({ priority, weight, port, name: target }) => ({ priority, weight, port, target: target || '.' })),
    )
  }

  a(name: string): Promise<Answer<string>> {
    return this.#system ? this.#lookUp(name, 4) : this.#ask(this.#resolver.resolve4(name), (addresses) => addresses)
  }

  aaaa(name: string): Promise<Answer<string>> {
    return this.#system ? this.#lookUp(name, 6) : this.#ask(this.#resolver.resolve6(name), (addresses) => addresses)
  }

  /** Through the system, which knows its hosts file and `localhost`. */
  #lookUp(name: string, family: 4 | 6): Promise<Answer<string>> {
    return this.#ask(lookup(name, { all: true, family }), (found) => found.map(({ address }) => address))
  }

  async #ask<R, T>(query: Promise<R>, read: (result: R) => readonly T[]): Promise<Answer<T>> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<'failure'>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs, 'failure')
    })
    const answer = query.then(
      (result): Answer<T> => {
        const records = read(result)
        return records.length === 0 ? 'none' : records
      },
      (error: NodeJS.ErrnoException): Answer<T> => (noSuchRecord.has(error.code ?? '') ? 'none' : 'failure'),
    )
    try {
      return await Promise.race([answer, patience])
    } finally {
      clearTimeout(timer)
    }
  }
}
