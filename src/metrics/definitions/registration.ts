import type { RegistrationRecord } from '../../model/record.js'
import type { Definition } from '../definition.js'

/** RFC 6076 4.2: a timeout fails, and so does a final 4xx to 6xx that is no challenge. */
function isIneffective(registration: RegistrationRecord): boolean {
  const { status } = registration
  if (status === 0) return true
  return status >= 400 && status !== 401 && status !== 402 && status !== 407
}

/** RFC 6076 4.1 and 4.2. A REGISTER and its repetition with credentials are one attempt. */
export const registrationDefinitions: readonly Definition<RegistrationRecord>[] = [
  {
    name: 'registration.rrd',
    kind: 'histogram',
    value: (registration) => (registration.ok ? registration.endedMs - registration.startedMs : undefined),
  },
  {
    name: 'registration.ira',
    kind: 'ratio',
    numerator: (registration) => (isIneffective(registration) ? 1 : 0),
    denominator: () => 1,
  },
]
