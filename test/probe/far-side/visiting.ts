import { after } from '../../../src/base/clock.js'
import { httpFields } from '../../../src/probe/http.js'
import type { Reception, Wire, WireEvents } from '../../../src/probe/wire.js'
import { writeResponse } from '../../../src/sip/message/response.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { Frames } from './frames.js'
import type { Line, Link } from './link.js'

const backOffMs = 2000
const t1 = 500

/** A phone in a browser that comes to us over WebSocket and registers. */
export class Visiting {
  readonly #link: Link
  #cookie = ''
  #authorization = ''
  #cseq = 0
  #visits = 0
  #registered = false

  constructor(link: Link) {
    this.#link = link
    const frames = new Frames(link, (line, message) => this.#take(line, message))
    link.frame = (line, first, payload) => frames.take(line, first, payload)
    link.receive = (line, bytes, binary) => {
      if (!binary || !link.has('deaf for binary')) this.#take(line, bytes)
    }
    link.admit = (events, reception) => this.#come(events, reception)
  }

  #come(events: WireEvents, reception: Reception): Promise<Wire | string> {
    const waitMs = this.#visits++ === 0 || this.#link.has('comes at once') ? 10 : backOffMs
    return new Promise((resolve) => {
      after(this.#link.clock, waitMs, () => {
        if (reception.untrusted === true && !this.#link.has('takes any certificate')) resolve('unknown authority')
        else void this.#shakeHands(events, reception).then(resolve)
      })
    })
  }

  async #shakeHands(events: WireEvents, reception: Reception): Promise<Wire | string> {
    const head = [
      'GET / HTTP/1.1',
      'Host: 127.0.0.1:8080',
      'Origin: http://127.0.0.1:3000',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: sip',
      ...(this.#cookie === '' ? [] : [`Cookie: ${this.#cookie}`]),
      ...(this.#authorization === '' ? [] : [`Authorization: ${this.#authorization}`]),
    ].join('\r\n')
    events.onAnswer?.(`${head}\r\n\r\n`)
    const answer = reception.answer?.(`${head}\r\n\r\n`) ?? ''
    if (!this.#link.has('no cookies')) this.#cookie = httpFields(answer, 'Set-Cookie')[0]?.split(';')[0] ?? this.#cookie
    if (answer.startsWith('HTTP/1.1 401') && !this.#link.has('comes at once')) this.#authorization = 'Basic YTpi'
    const wire = await this.#link.open('ws', events)
    const line = this.#link.lines.at(-1)
    if (answer.startsWith('HTTP/1.1 101') && line !== undefined) {
      const { behind } = reception
      if (behind !== undefined && !this.#link.has('loses glued frames'))
        this.#link.frame(line, behind[0] ?? 0, behind.subarray(2))
      this.#registered = false
      after(this.#link.clock, 1, () => this.#register(line, ''))
    }
    return typeof wire === 'string' ? wire : { ...wire, isServer: true }
  }

  #register(line: Line, authorization: string): void {
    const cseq = ++this.#cseq
    const instance = this.#link.has('forgets its instance') ? `urn:uuid:${this.#visits}` : 'urn:uuid:1'
    const text =
      `REGISTER sip:far.test SIP/2.0\r\nVia: SIP/2.0/WS far.invalid;branch=z9hG4bKv${cseq}\r\nMax-Forwards: 70\r\n` +
      'From: <sip:far@far.test>;tag=far\r\nTo: <sip:far@far.test>\r\nCall-ID: visit\r\n' +
      `CSeq: ${cseq} REGISTER\r\nContact: <sip:far@far.invalid;transport=ws>;+sip.instance="<${instance}>";reg-id=1\r\n` +
      `${authorization}Content-Length: 0\r\n\r\n`
    this.#link.say(line, text)
    if (!this.#link.has('repeats over WebSocket')) return
    after(this.#link.clock, t1, () => {
      if (!this.#registered) this.#link.say(line, text)
    })
  }

  #take(line: Line, bytes: Buffer): void {
    const message = SipMessage.parse(bytes)
    if (!message.isRequest) this.#response(line, message)
    else if (message.bodyLength < (message.contentLength ?? 0)) this.#link.say(line, writeResponse(message, 400, ''))
    else if (message.method !== '' && message.has('CSeq'))
      this.#link.say(line, writeResponse(message, 200, '', { toTag: 'far' }))
  }

  #response(line: Line, { status, topVia }: SipMessage): void {
    if (this.#link.has('wants received') && topVia.received === undefined) return
    this.#registered = status === 200
    if (status === 401) this.#register(line, 'Authorization: Digest username="far"\r\n')
  }
}
