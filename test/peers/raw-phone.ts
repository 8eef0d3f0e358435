import { atEnd } from './at-end.js'
import { digest, header, lines, status, token } from './raw-message.js'
import { openWire, type RawOptions, type Wire } from './raw-wire.js'

/**
 * A SIP phone written only for testing the lab: it shares no code with the product, so that a mistake in one does
 * not hide the same mistake in the other. It sends texts and waits for texts.
 */
export interface RawPhone {
  readonly user: string
  readonly uri: string
  readonly contact: string
  readonly received: readonly string[]
  send(text: string): void
  /** A Via line with a new branch. */
  via(): string
  /** The first message received, and not taken before, that matches. */
  take(pattern: RegExp, withinMs?: number): Promise<string>
  /** Sends a request out of a dialog, with credentials when challenged, and returns the final response. */
  request(method: string, uri: string, options?: RequestOptions): Promise<string>
  register(options?: { contact?: string; headers?: readonly string[]; password?: string }): Promise<string>
  /** Cancels the last INVITE (RFC 3261 9.1: same branch and CSeq number). */
  cancel(): void
  close(): void
}

export interface RequestOptions {
  readonly headers?: readonly string[]
  readonly body?: string
  readonly password?: string
  readonly from?: string
  readonly fromTag?: string
  readonly callId?: string
}

class Phone implements RawPhone {
  readonly user: string
  readonly uri: string
  readonly contact: string
  readonly received: string[] = []
  readonly #options: RawOptions
  readonly #wire: Wire
  readonly #sentBy: string
  #taken = 0
  #closed = false
  #waiting: (() => void)[] = []
  #lastInvite: { uri: string; branch: string; cseq: number; callId: string; fromTag: string } | undefined

  constructor(options: RawOptions, wire: Wire) {
    const { user, domain, transport, host } = options
    const web = transport === 'ws' || transport === 'wss'
    this.#options = options
    this.#wire = wire
    this.#sentBy = web ? `${token()}.invalid` : `${host}:${wire.localPort}`
    this.user = user
    this.uri = `sip:${user}@${domain}`
    this.contact = `sip:${user}@${this.#sentBy};transport=${web ? 'ws' : transport}${options.contactParameters ?? ''}`
  }

  deliver(text: string): void {
    this.received.push(text)
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }

  send(text: string): void {
    this.#wire.send(text)
  }

  via(branch = `z9hG4bK${token()}`): string {
    return `Via: SIP/2.0/${this.#options.transport.toUpperCase()} ${this.#sentBy};branch=${branch};rport`
  }

  async take(pattern: RegExp, withinMs = 5000): Promise<string> {
    const endMs = performance.now() + withinMs
    while (true) {
      const index = this.received.findIndex((text, i) => i >= this.#taken && pattern.test(text))
      const found = this.received[index]
      if (found !== undefined) {
        this.received.splice(index, 1)
        this.received.unshift(found)
        this.#taken += 1
        return found
      }
      if (performance.now() > endMs) {
        throw new Error(`${this.user} waited for ${pattern} and has:\n${this.received.slice(this.#taken).join('\n')}`)
      }
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        setTimeout(resolve, 50)
      })
    }
  }

  async request(method: string, uri: string, options: RequestOptions = {}): Promise<string> {
    const callId = options.callId ?? `${token()}@lab`
    const fromTag = options.fromTag ?? token()
    let headers = options.headers ?? []
    for (let cseq = 1; ; cseq++) {
      const branch = this.sendRequest(method, uri, { ...options, callId, fromTag, headers }, cseq)
      const answer = await this.take(new RegExp(`^SIP/2\\.0 [2-6][^]*CSeq: ${cseq} ${method}`), 8000)
      const code = status(answer)
      if (method === 'INVITE' && code >= 300) this.#acknowledge(uri, answer, branch, cseq)
      if (cseq > 1 || (code !== 401 && code !== 407)) return answer
      const challenge = header(answer, code === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate')
      const password = options.password ?? `p${this.user}`
      const name = code === 401 ? 'Authorization' : 'Proxy-Authorization'
      headers = [...headers, `${name}: ${digest(challenge, method, uri, this.user, password)}`]
    }
  }

  /** Sends a request and returns its branch. */
  sendRequest(method: string, uri: string, options: RequestOptions, cseq: number): string {
    const branch = `z9hG4bK${token()}`
    const from = options.from ?? this.uri
    const body = options.body ?? ''
    const callId = options.callId ?? token()
    const fromTag = options.fromTag ?? token()
    if (method === 'INVITE') this.#lastInvite = { uri, branch, cseq, callId, fromTag }
    this.send(
      lines(
        `${method} ${uri} SIP/2.0`,
        this.via(branch),
        'Max-Forwards: 70',
        `From: <${from}>;tag=${fromTag}`,
        `To: <${method === 'REGISTER' ? this.uri : uri}>`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} ${method}`,
        ...(method === 'REGISTER' ? [] : [`Contact: <${this.contact}>`]),
        ...(options.headers ?? []),
        ...(body.startsWith('v=0') ? ['Content-Type: application/sdp'] : []),
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
      ) + body,
    )
    return branch
  }

  /** RFC 3261 17.1.1.3: the ACK of a refusal belongs to the INVITE's transaction. */
  #acknowledge(uri: string, answer: string, branch: string, cseq: number): void {
    this.send(
      lines(
        `ACK ${uri} SIP/2.0`,
        this.via(branch),
        'Max-Forwards: 70',
        `From: ${header(answer, 'From')}`,
        `To: ${header(answer, 'To')}`,
        `Call-ID: ${header(answer, 'Call-ID')}`,
        `CSeq: ${cseq} ACK`,
        'Content-Length: 0',
        '',
      ),
    )
  }

  cancel(): void {
    const invite = this.#lastInvite
    if (invite === undefined) throw new Error('there is no INVITE to cancel')
    this.send(
      lines(
        `CANCEL ${invite.uri} SIP/2.0`,
        this.via(invite.branch),
        'Max-Forwards: 70',
        `From: <${this.uri}>;tag=${invite.fromTag}`,
        `To: <${invite.uri}>`,
        `Call-ID: ${invite.callId}`,
        `CSeq: ${invite.cseq} CANCEL`,
        'Content-Length: 0',
        '',
      ),
    )
  }

  register(options: { contact?: string; headers?: readonly string[]; password?: string } = {}): Promise<string> {
    const contact = options.contact ?? `<${this.contact}>`
    return this.request('REGISTER', `sip:${this.#options.domain}`, {
      headers: [`Contact: ${contact}`, 'Expires: 600', ...(options.headers ?? [])],
      ...(options.password === undefined ? {} : { password: options.password }),
    })
  }

  close(): void {
    if (!this.#closed) this.#wire.close()
    this.#closed = true
  }
}

/** Connects a phone; it is closed when the test ends. */
export async function openRawPhone(options: RawOptions): Promise<RawPhone> {
  let phone: Phone | undefined
  const wire = await openWire[options.transport](options, (text) => phone?.deliver(text))
  const opened = new Phone(options, wire)
  phone = opened
  atEnd(() => opened.close())
  return opened
}
