import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { DtlsAddon } from './dtls-addon.js'
import type { RtpAddon } from './rtp-addon.js'
import type { SrtpAddon } from './srtp-addon.js'
import type { UdpAddon } from './udp-addon.js'

/** What native/addon.cc registers; a text says why a part that needs OpenSSL is not there. */
export interface NativeAddon {
  readonly udp: UdpAddon
  readonly rtp: RtpAddon
  readonly srtp: SrtpAddon | string
  readonly dtls: DtlsAddon | string
}

export interface NativePart {
  /** Undefined: everything goes through Node.js itself. */
  readonly addon: NativeAddon | undefined
  /** Why it is used or not, for people. */
  readonly reason: string
}

/** One part of the addon. */
export interface NativePiece<Piece> {
  readonly part: Piece | undefined
  readonly reason: string
}

const file = fileURLToPath(
  new URL(`../../dist/native/siploadgen-${process.platform}-${process.arch}.node`, import.meta.url),
)

function load(): NativePart {
  if (process.env.SIPLOADGEN_NATIVE === 'off') return { addon: undefined, reason: 'SIPLOADGEN_NATIVE=off' }
  if (!existsSync(file)) return { addon: undefined, reason: 'the native part is not built' }
  try {
    const addon = createRequire(import.meta.url)(file) as NativeAddon
    return { addon, reason: 'the native part is there' }
  } catch (error) {
    return { addon: undefined, reason: `the native part cannot be loaded: ${(error as Error).message}` }
  }
}

function pieceOf<Piece>(piece: Piece | string | undefined): NativePiece<Piece> {
  if (typeof piece === 'string') return { part: undefined, reason: piece }
  return { part: piece, reason: nativePart.reason }
}

/** Chosen once, when the process starts: `SIPLOADGEN_NATIVE=off` keeps to what Node.js offers. */
export const nativePart: NativePart = load()

export const nativeSrtp: NativePiece<SrtpAddon> = pieceOf(nativePart.addon?.srtp)

export const nativeDtls: NativePiece<DtlsAddon> = pieceOf(nativePart.addon?.dtls)
