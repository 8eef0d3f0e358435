import type { Codec } from './codec.js'
import { pcma } from './pcma.js'
import { pcmu } from './pcmu.js'

export const codecs = { PCMU: pcmu, PCMA: pcma } as const satisfies Record<string, Codec>

export type CodecName = keyof typeof codecs
