/** What RTCP carries beyond RFC 3550 (RFC 3611), as far as it is spoken here. */
export interface ExtendedReports {
  /** VoIP metrics of what is heard (4.7). */
  readonly voipMetrics: boolean
  /** Reference times and answers to them, for round trips of those who send no RTP (4.4, 4.5). */
  readonly receiverRoundTrip: boolean
}

export const noExtendedReports: ExtendedReports = { voipMetrics: false, receiverRoundTrip: false }
export const allExtendedReports: ExtendedReports = { voipMetrics: true, receiverRoundTrip: true }
