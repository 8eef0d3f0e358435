/** Clock times of a session in ms; what has not happened is undefined. */
export interface SessionTimes {
  inviteMs: number | undefined
  provisionalMs: number | undefined
  finalMs: number | undefined
  answeredMs: number | undefined
  byeSentMs: number | undefined
  byeReceivedMs: number | undefined
  byeAnsweredMs: number | undefined
}

export const noTimes = (): SessionTimes => ({
  inviteMs: undefined,
  provisionalMs: undefined,
  finalMs: undefined,
  answeredMs: undefined,
  byeSentMs: undefined,
  byeReceivedMs: undefined,
  byeAnsweredMs: undefined,
})
