import type { Direction } from '../model/instruction.js'

export type CodecName = 'PCMU' | 'PCMA'

/** Payload types that RFC 3551 table 4 fixes for the codecs we speak. */
export const staticPayloadTypes = { PCMU: 0, PCMA: 8 } as const satisfies Record<CodecName, number>

export interface OwnCodec {
  readonly name: CodecName
  readonly payloadType: number
}

/** The codecs of a scenario's list with their static payload types; names that we do not speak are left out. */
export const ownCodecs = (names: readonly string[]): OwnCodec[] =>
  names.flatMap((name) => {
    const upper = name.toUpperCase()
    return upper === 'PCMU' || upper === 'PCMA' ? [{ name: upper, payloadType: staticPayloadTypes[upper] }] : []
  })

/** What this side can do and wants, from which offers and answers are written. */
export interface OwnMedia {
  /** `none`: session descriptions are written as usual, but nothing is to be sent or received. */
  readonly kind: 'rtp' | 'none'
  /** IP address, IPv6 without brackets. */
  readonly address: string
  readonly port: number
  /** Written as a=rtcp (RFC 3605) when it is not port + 1. */
  readonly rtcpPort?: number
  /** In order of preference. */
  readonly codecs: readonly OwnCodec[]
  /** Payload type offered for telephone-event (RFC 4733); undefined: DTMF is not offered. */
  readonly telephoneEvent: number | undefined
  readonly ptimeMs: number
  readonly direction: Direction
  /** o= session id: digits; the same in every description of a session. */
  readonly sessionId: string
  /** o= version: plus one whenever the description changes (RFC 3264 8). */
  readonly version: number
}
