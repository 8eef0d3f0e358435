declare module 'pcap-parser' {
  import type { EventEmitter } from 'node:events'

  export interface GlobalHeader {
    readonly majorVersion: number
    readonly minorVersion: number
    readonly snapshotLength: number
    readonly linkLayerType: number
  }

  /** What the parser needs of a stream; it parses within the emission of `data`. */
  export interface Source {
    pause(): void
    resume(): void
    on(event: string, listener: (value: Buffer) => void): unknown
  }

  export interface Parser extends EventEmitter {
    on(event: 'globalHeader', listener: (header: GlobalHeader) => void): this
    on(event: 'error', listener: (error: Error) => void): this
  }

  export function parse(source: Source): Parser
}
