import type { SipMessage } from '../sip/message/sip-message.js'

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

/**
 * When a message came, by the kernel where the transport knows, so that what the event loop had to do first does not
 * count; never before `sinceMs`, the moment of what it answers.
 */
export const arrivalOf = (message: SipMessage, nowMs: number, sinceMs: number | undefined): number =>
  Math.max(message.arrivedMs ?? nowMs, sinceMs ?? 0)

/** The same for a response to the INVITE. */
export const responseArrival = (
  response: SipMessage,
  session: { readonly nowMs: number; readonly times: SessionTimes },
): number => arrivalOf(response, session.nowMs, session.times.provisionalMs ?? session.times.inviteMs)
