/** Beyond these, what was heard is called late, or has a gap. */
export interface HearingLimits {
  readonly lateMs: number
  readonly gapMs: number
}

/** ITU-T G.114 4: no network should plan for more than 400 ms; a gap of 300 ms swallows a syllable. */
export const usualHearing: HearingLimits = { lateMs: 400, gapMs: 300 }
