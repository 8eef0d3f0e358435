import type { CodecName } from '../../model/codec.js'
import type { Codec } from './codec.js'
import { g722 } from './g722.js'
import { g729 } from './g729.js'
import { opus } from './opus.js'
import { pcma } from './pcma.js'
import { pcmu } from './pcmu.js'

/** Every codec; its word for scenarios stands in `model/codec.ts`. */
export const codecs: Readonly<Record<CodecName, Codec>> = { opus, G722: g722, PCMU: pcmu, PCMA: pcma, G729: g729 }
