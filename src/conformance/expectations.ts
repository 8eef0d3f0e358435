import { type Profile, profiles } from './profile.js'
import type { KnownDeviation } from './profile-file.js'

/** What is expected of traffic: how severe each breach is, and what products are known to do. */
export interface Expectations {
  readonly profile: Profile
  readonly deviations: readonly KnownDeviation[]
}

/**
 * A profile and known deviations by their names or from files; rejects with `usage/profile`. Reading files of it takes
 * libraries that take longer to load than many captures.
 */
export async function expectationsOf(profile: string, knownDeviations: readonly string[]): Promise<Expectations> {
  const named = profiles[profile]
  if (named !== undefined && knownDeviations.length === 0) return { profile: named, deviations: [] }
  const { loadKnownDeviations, loadProfile } = await import('./profile-file.js')
  return { profile: loadProfile(profile), deviations: knownDeviations.flatMap(loadKnownDeviations) }
}
