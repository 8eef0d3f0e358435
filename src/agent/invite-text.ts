import { allowedMethods } from './profile.js'
import type { Session } from './session.js'

export interface InviteParts {
  readonly uri: string
  readonly cseq: number
  readonly branch: string
  /** Further header lines, each with CRLF. */
  readonly lines: string
  readonly body: string
}

/** The INVITE that makes a call (RFC 3261 13.2.1), as latin1 text. */
export function writeInvite(session: Session, parts: InviteParts): string {
  const { phone, flow, localTag, callId } = session
  const { identity, stack } = phone
  const { uri, body } = parts
  const display = identity.displayName === '' ? '' : `"${identity.displayName}" `
  let text =
    `INVITE ${uri} SIP/2.0\r\nVia: SIP/2.0/${phone.viaToken} ${flow?.sentBy};branch=${parts.branch};rport\r\n` +
    'Max-Forwards: 70\r\n'
  for (const route of serviceRouteOf(session)) text += `Route: ${route}\r\n`
  text +=
    `From: ${display}<${identity.aor}>;tag=${localTag}\r\nTo: <${uri}>\r\nCall-ID: ${callId}\r\n` +
    `CSeq: ${parts.cseq} INVITE\r\nContact: ${flow ? phone.contact(flow, uri) : ''}\r\n` +
    `Allow: ${allowedMethods}\r\nSupported: ${phone.capabilities.supported}\r\nUser-Agent: ${stack.userAgent}\r\n` +
    session.refresh.requestLines()
  if (phone.profile.reliableProvisionals === 'required') text += 'Require: 100rel\r\n'
  text += identity.headerLines + parts.lines
  if (body !== '') text += 'Content-Type: application/sdp\r\n'
  return `${text}Content-Length: ${body.length}\r\n\r\n${body}`
}

/** RFC 3608: what the registrar of the session's flow wants initial requests to be routed by. */
export function serviceRouteOf(session: Session): readonly string[] {
  const { phone, flow } = session
  return (flow && phone.registrations[flow.number - 1]?.serviceRoute) ?? []
}
