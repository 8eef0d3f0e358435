import { expectationsOf } from '../../conformance/expectations.js'
import type { Scenario } from '../../model/scenario.js'

/** A profile or known deviations that cannot be read end a run before it begins. */
export async function checkExpectations({ conformance }: Scenario): Promise<void> {
  if (conformance) await expectationsOf(conformance.profile, conformance.knownDeviations)
}
