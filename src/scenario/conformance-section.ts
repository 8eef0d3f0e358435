import type { ConformanceSettings } from '../model/scenario.js'
import { mapping, oneOrMany, percent, text } from './fields.js'
import type { Reading } from './reading.js'
import type { Sections } from './scenario-schema.js'
import { didYouMean } from './suggest.js'
import type { Path } from './yaml-document.js'

const profileNames = ['strict', 'interop', 'webrtc-gateway']

export const conformanceSchema = mapping({
  profile: text
    .optional()
    .describe(
      'how severe the breach of each rule is: strict, interop, webrtc-gateway (when left out) or a YAML file, as for ' +
        '`siploadgen check`',
    ),
  'known deviations': oneOrMany(text, 'expected the name of a product, a YAML file, or a list of them')
    .optional()
    .describe(
      'what products are known to do: names of products or YAML files, as for `siploadgen check`; it is shown and ' +
        'fails no run',
    ),
  sample: percent
    .refine((share) => share > 0, { error: 'the share must be above 0%' })
    .optional()
    .describe('share of the Call-IDs that are judged; all when left out'),
})

const isFileName = (name: string): boolean => /[./\\]/.test(name)

/** Undefined without the section: then nothing is judged. */
export function buildConformance(section: Sections['conformance'], reading: Reading): ConformanceSettings | undefined {
  if (section === undefined) return undefined
  const { profile = 'webrtc-gateway', 'known deviations': deviations = [], sample = 100 } = section
  const path = ['conformance', 'profile']
  if (!isFileName(profile) && !profileNames.includes(profile)) {
    const known = `${profileNames.join(', ')} or a YAML file`
    reading.problem(path, `"${profile}" is not one of ${known}${didYouMean(profile, profileNames)}`)
  }
  const named = (name: string, place: Path): string => (isFileName(name) ? reading.file(name, place) : name)
  return {
    profile: named(profile, path),
    knownDeviations: deviations.map((name) => named(name, ['conformance', 'known deviations'])),
    share: sample / 100,
  }
}
