/** A target that was probed for the findings. */
export interface ProbedTarget {
  readonly target: string
  /** `127.0.0.1:5060/udp`. */
  readonly element: string
  readonly profile: string
  readonly messages: number
  /** In the order in which they were played; those that were not say why. */
  readonly probes: readonly PlayedProbeText[]
}

export interface PlayedProbeText {
  readonly id: string
  readonly title: string
  readonly seconds: number
  /** Statement, verdict and, unless it is a pass, the reason. */
  readonly verdicts: readonly { readonly rule: string; readonly verdict: string; readonly why: string }[]
}
