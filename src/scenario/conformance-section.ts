import type { ConformanceSettings } from '../model/scenario.js'
import { choice, mapping, percent } from './fields.js'
import type { Sections } from './scenario-schema.js'

export const conformanceSchema = mapping({
  profile: choice(['strict', 'interop', 'webrtc-gateway'])
    .optional()
    .describe('how severe the breach of each rule is, webrtc-gateway when left out: see `siploadgen check`'),
  sample: percent
    .refine((share) => share > 0, { error: 'the share must be above 0%' })
    .optional()
    .describe('share of the Call-IDs that are judged; all when left out'),
})

/** Undefined without the section: then nothing is judged. */
export const buildConformance = (section: Sections['conformance']): ConformanceSettings | undefined =>
  section && { profile: section.profile ?? 'webrtc-gateway', share: (section.sample ?? 100) / 100 }
