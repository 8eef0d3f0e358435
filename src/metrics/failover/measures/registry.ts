import type { Measure } from '../measure.js'
import { callFates } from './call-fates.js'
import { connectionPeak } from './connection-peak.js'
import { detection } from './detection.js'
import { sourceChanges, srtpFailures } from './media-changes.js'
import { mediaGap } from './media-gap.js'
import { delayedCalls, failedCalls } from './new-calls.js'
import { orphanedRequests } from './orphaned-requests.js'
import { recovery } from './recovery.js'
import {
  allRegistered,
  overloadAnswers,
  registrationPeak,
  registrationsLost,
  registrationsRegained,
  reregistration,
  retryAfterObeyed,
} from './registrations.js'
import { signallingOutage } from './signalling-outage.js'
import { unreleasedCalls } from './unreleased-calls.js'

/** Everything that is measured of a fault, in the order of reports. */
export const measures: readonly Measure[] = [
  signallingOutage,
  detection,
  recovery,
  failedCalls,
  delayedCalls,
  ...callFates,
  mediaGap,
  orphanedRequests,
  unreleasedCalls,
  registrationsLost,
  registrationsRegained,
  reregistration,
  allRegistered,
  registrationPeak,
  connectionPeak,
  overloadAnswers,
  retryAfterObeyed,
  sourceChanges,
  srtpFailures,
]
