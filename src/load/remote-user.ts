import type { Session } from '../agent/session.js'
import { parseNameAddr } from '../sip/message/name-addr.js'
import { parseUri } from '../sip/message/uri.js'

/** User part of the far side's identity in a call. */
export const remoteUserOf = (session: Session): string =>
  parseUri(parseNameAddr(session.dialog?.remoteParty ?? '').uri)?.user ?? ''
