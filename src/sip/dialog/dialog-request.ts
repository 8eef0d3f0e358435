import type { Dialog } from './dialog.js'

export interface DialogRequestParts {
  readonly method: string
  /** From `dialog.nextCseq()`; for an ACK and a CANCEL the number of their INVITE. */
  readonly cseq: number
  readonly branch: string
  /** `UDP`, `TCP`, `TLS`, `WS` or `WSS`. */
  readonly viaToken: string
  /** Host and port of Via. */
  readonly sentBy: string
  /** Contact value; required in INVITE, UPDATE and other target refresh requests. */
  readonly contact?: string | undefined
  /** Further whole field lines, each with its CRLF. */
  readonly lines?: string | undefined
  readonly contentType?: string | undefined
  /** latin1. */
  readonly body?: string | undefined
}

/** A request within a dialog (RFC 3261 12.2.1.1) as latin1 text. The dialog's own lines are composed only once. */
export function renderDialogRequest(dialog: Dialog, parts: DialogRequestParts): string {
  const { method, cseq, branch, viaToken, sentBy, contact, lines, contentType, body = '' } = parts
  let text =
    `${method} ${dialog.target.requestUri} SIP/2.0\r\nVia: SIP/2.0/${viaToken} ${sentBy};branch=${branch};rport\r\n` +
    `Max-Forwards: 70\r\n${dialog.identityLines}CSeq: ${cseq} ${method}\r\n`
  if (contact !== undefined) text += `Contact: ${contact}\r\n`
  if (lines !== undefined) text += lines
  if (body !== '' && contentType !== undefined) text += `Content-Type: ${contentType}\r\n`
  return `${text}Content-Length: ${body.length}\r\n\r\n${body}`
}
