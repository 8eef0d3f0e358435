import type { SipMessage } from '../sip/message/sip-message.js'
import type { ClientRequest, RequestOwner, RequestText } from './client-request.js'
import type { Flow } from './flow.js'
import type { Phone } from './phone.js'

/** Header fields and body of a request that a scenario wrote. */
export interface RequestContent {
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly contentType: string
  readonly body: string
}

export function contentLines(content: RequestContent): string {
  let lines = ''
  for (const header of content.headers) lines += `${header.name}: ${header.value}\r\n`
  if (content.body !== '') lines += `Content-Type: ${content.contentType || 'text/plain'}\r\n`
  return `${lines}Content-Length: ${content.body.length}\r\n\r\n${content.body}`
}

/** One OPTIONS, MESSAGE or other request that makes no dialog. */
export class OutOfDialogRequest implements RequestOwner, RequestText {
  readonly method: string
  readonly uri: string
  readonly #phone: Phone
  readonly #flow: Flow
  readonly #content: RequestContent
  readonly #done: (status: number) => void
  readonly #callId: string
  readonly #tag: string
  #cseq = 0

  constructor(
    phone: Phone,
    flow: Flow,
    method: string,
    uri: string,
    content: RequestContent,
    done: (status: number) => void,
  ) {
    this.#phone = phone
    this.#flow = flow
    this.method = method
    this.uri = uri
    this.#content = content
    this.#done = done
    this.#callId = `${phone.stack.rng.token()}${phone.stack.rng.token()}`
    this.#tag = phone.stack.rng.token()
  }

  get body(): string {
    return this.#content.body
  }

  nextCseq(): number {
    return ++this.#cseq
  }

  render(cseq: number, branch: string, credentials: string): string {
    const { identity, stack } = this.#phone
    const via = this.#flow.channel?.transport.toUpperCase() ?? 'UDP'
    return (
      `${this.method} ${this.uri} SIP/2.0\r\nVia: SIP/2.0/${via} ${this.#flow.sentBy};branch=${branch};rport\r\n` +
      `Max-Forwards: 70\r\nFrom: <${identity.aor}>;tag=${this.#tag}\r\nTo: <${this.uri}>\r\n` +
      `Call-ID: ${this.#callId}\r\nCSeq: ${cseq} ${this.method}\r\nUser-Agent: ${stack.userAgent}\r\n` +
      `${identity.headerLines}${credentials}${contentLines(this.#content)}`
    )
  }

  onProvisional(): void {}

  onFinal(_request: ClientRequest, response: SipMessage): void {
    this.#done(response.status)
  }

  onFailed(): void {
    this.#done(0)
  }
}
