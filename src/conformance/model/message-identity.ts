import { joined } from '../../capture/number-hash.js'
import { hashOf } from '../../capture/octet-hash.js'
import type { SipMessage } from '../../sip/message/sip-message.js'

/** RFC 3261 8.1.1.7: begins every branch that is unique. */
export const magicCookie = 'z9hG4bK'

/**
 * What a message is recognized by among all others, as hashes of 53 bits: texts of each message would be many, and two
 * that are the same by chance are one in 10^12.
 */
export interface MessageIdentity {
  readonly callId: number
  /** Method of the request or of the CSeq, sent-by and branch of the top Via: the same for a request and its responses. */
  readonly transaction: number
  /** 0 where there is none. */
  readonly fromTag: number
  readonly toTag: number
}

/** Method and host of the sender, of which `transaction` is made. */
export const senderOf = (method: string, host: string): number => joined(hashOf(method), hashOf(host))

export function identityOf(sip: SipMessage): MessageIdentity {
  const { callId, fromTag, toTag, topVia } = sip
  const sender = senderOf(sip.isRequest ? sip.method : sip.cseqMethod, topVia.host)
  return {
    callId: hashOf(callId),
    transaction: joined(joined(sender, hashOf(`${topVia.port ?? ''}`)), branchOf(topVia.branch)),
    fromTag: fromTag === '' ? 0 : hashOf(fromTag),
    toTag: toTag === '' ? 0 : hashOf(toTag),
  }
}

/** Nearly all begin with the cookie: what is behind it tells them apart. */
const branchOf = (branch: string): number =>
  branch.startsWith(magicCookie) ? hashOf(branch.slice(magicCookie.length)) : joined(hashOf(branch), 1)
