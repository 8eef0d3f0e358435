import type { CaptureSettings } from '../model/scenario.js'
import { choice, dataSize, mapping } from './fields.js'
import type { Sections } from './scenario-schema.js'

export const captureSchema = mapping({
  keep: choice(['everything', 'newest', 'failed calls'])
    .optional()
    .describe('what goes into the file; everything when left out, and newest drops the oldest when it is full'),
  media: choice(['none', 'headers', 'packets'])
    .optional()
    .describe('of RTP and RTCP: nothing (when left out), headers, or whole packets'),
  'size limit': dataSize.optional().describe('the file grows no larger; 200MB when left out'),
})

const usualLimitBytes = 200_000_000

/** Undefined without the section: then nothing is captured. */
export const buildCapture = (section: Sections['capture']): CaptureSettings | undefined =>
  section && {
    keep: section.keep ?? 'everything',
    media: section.media ?? 'none',
    limitBytes: section['size limit'] ?? usualLimitBytes,
  }
