import type { SipMessage } from '../../sip/message/sip-message.js'

/** What a message is recognized by among all others. */
export interface MessageIdentity {
  readonly callId: string
  readonly branch: string
  /** Host, colon and port of the top Via. */
  readonly sentBy: string
  /** '' when there is none. */
  readonly fromTag: string
  readonly toTag: string
}

export function identityOf({ callId, fromTag, toTag, topVia }: SipMessage): MessageIdentity {
  return { callId, branch: topVia.branch, sentBy: `${topVia.host}:${topVia.port ?? ''}`, fromTag, toTag }
}
