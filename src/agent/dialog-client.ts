import type { Dialog } from '../sip/dialog/dialog.js'
import { renderDialogRequest } from '../sip/dialog/dialog-request.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { ClientRequest, type RequestOwner, type RequestText } from './client-request.js'
import type { Flow } from './flow.js'
import type { RequestContent } from './out-of-dialog.js'
import type { Phone } from './phone.js'

/** Whose request it is: a session, or what is left of one. */
export interface DialogSide {
  readonly phone: Phone
  readonly flow: Flow | undefined
  readonly dialog: Dialog | undefined
  trace(direction: 'sent' | 'received', summary: string): void
}

export interface InDialog {
  readonly method: string
  readonly content: RequestContent
  /** Another dialog than the session's own: an early one, or another fork's. */
  readonly dialog?: Dialog
  /** Further header lines, each with CRLF, rendered for every try. */
  readonly lines?: () => string
}

/** The end of a request: its final status (0: none), the response, and why there is none. */
export type InDialogDone = (status: number, response: SipMessage | undefined, why: string) => void

/** These carry our Contact: they refresh the remote target (RFC 3261 12.2, RFC 3311 5.1, RFC 3515 2.2). */
const withContact = new Set(['INVITE', 'UPDATE', 'REFER', 'NOTIFY', 'SUBSCRIBE'])

export const noContent: RequestContent = { headers: [], contentType: '', body: '' }

/** Sends a request within a dialog and follows it to its end; credentials are added when they are asked for. */
export function sendInDialog(session: DialogSide, request: InDialog, done: InDialogDone): ClientRequest | undefined {
  const dialog = request.dialog ?? session.dialog
  const { phone, flow } = session
  const hop = dialog && phone.hopFor(dialog.target.nextHop, flow)
  if (!dialog || !hop) {
    done(0, undefined, 'there is no dialog or no connection')
    return undefined
  }
  const text = new DialogText(session, dialog, request, done)
  const client = new ClientRequest(phone.stack.layer, text, text, hop, phone.digest, () => phone.newBranch())
  client.send(true)
  return client
}

class DialogText implements RequestOwner, RequestText {
  readonly method: string
  readonly #session: DialogSide
  readonly #dialog: Dialog
  readonly #request: InDialog
  readonly #done: InDialogDone

  constructor(session: DialogSide, dialog: Dialog, request: InDialog, done: InDialogDone) {
    this.method = request.method
    this.#session = session
    this.#dialog = dialog
    this.#request = request
    this.#done = done
  }

  get uri(): string {
    return this.#dialog.target.requestUri
  }

  get body(): string {
    return this.#request.content.body
  }

  nextCseq(): number {
    return this.#dialog.nextCseq()
  }

  render(cseq: number, branch: string, credentials: string): string {
    const { phone, flow } = this.#session
    const { content, lines } = this.#request
    this.#session.trace('sent', this.method)
    let extra = lines?.() ?? ''
    for (const header of content.headers) extra += `${header.name}: ${header.value}\r\n`
    return renderDialogRequest(this.#dialog, {
      method: this.method,
      cseq,
      branch,
      viaToken: phone.viaToken,
      sentBy: flow?.sentBy ?? '',
      contact: withContact.has(this.method) && flow ? phone.contact(flow, this.#dialog.remoteTarget) : undefined,
      lines: extra + credentials,
      contentType: content.body === '' ? undefined : content.contentType || 'text/plain',
      body: content.body,
    })
  }

  onProvisional(): void {}

  onFinal(request: ClientRequest, response: SipMessage, refusal: string): void {
    this.#session.trace('received', `${response.status} ${response.reason} (${this.method})`)
    this.#done(response.status, response, refusal)
    // What is left of the call takes copies of the answer, so that nothing else has to wait for them.
    if (this.method !== 'BYE') return
    if (this.#session.phone.stack.isRetired(this.#dialog.localTag)) request.transaction?.abandon()
  }

  onFailed(_request: ClientRequest, _kind: 'timeout' | 'transport', text: string): void {
    this.#done(0, undefined, text)
  }
}
