import type { CodecName } from '../../model/codec.js'
import type { Codec } from './codec.js'
import { pcma } from './pcma.js'
import { pcmu } from './pcmu.js'

/** Every codec; its word for scenarios stands in `model/codec.ts`. */
export const codecs: Readonly<Record<CodecName, Codec>> = { PCMU: pcmu, PCMA: pcma }
