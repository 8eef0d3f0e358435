import { after } from '../../../src/base/clock.js'
import { parseChallenge } from '../../../src/sip/message/auth-params.js'
import { writeResponse } from '../../../src/sip/message/response.js'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import type { Line, Link } from './link.js'

interface Attempt {
  readonly callId: string
  readonly uri: string
  cseq: number
  branch: string
  /** To tags that were answered. */
  readonly answered: Set<string>
  final: number
  copies: number
  ended: boolean
}

const t1 = 500

/** A phone that calls whoever opens a wire: the user agent client of the far side. */
export class Calling {
  readonly #link: Link
  readonly #tried = new Set<string>()
  #attempt: Attempt | undefined
  #count = 0

  constructor(link: Link) {
    this.#link = link
    link.onOpen = (line) => this.#call(line, `sip:us@127.0.0.1:${line.port}`, `call${++this.#count}`, 1)
    link.receive = (line, bytes) => this.#take(line, SipMessage.parse(bytes))
  }

  #call(line: Line, uri: string, callId: string, cseq: number, headers = ''): void {
    const branch =
      this.#link.has('old branch') && this.#attempt !== undefined ? this.#attempt.branch : `z9hG4bKc${++this.#count}`
    const attempt: Attempt = { callId, uri, cseq, branch, answered: new Set(), final: 0, copies: 0, ended: false }
    this.#attempt = attempt
    this.#tried.add(uri)
    this.#send(line, attempt, headers)
  }

  #send(line: Line, attempt: Attempt, headers: string): void {
    if (attempt.final !== 0) return
    this.#link.say(line, this.#text(attempt, 'INVITE', '', `Contact: <sip:far@127.0.0.1:5060>\r\n${headers}`))
    const stubborn = this.#link.has('never gives up')
    const delayMs = Math.min(t1 * 2 ** attempt.copies++, stubborn ? 4000 : 64 * t1)
    const most = stubborn ? 20 : 7
    if (attempt.copies < most) after(this.#link.clock, delayMs, () => this.#send(line, attempt, headers))
  }

  #text({ uri, branch, callId, cseq }: Attempt, method: string, toTag: string, headers = ''): string {
    const own = method === 'INVITE' || method === 'ACK' ? branch : `z9hG4bKc${++this.#count}`
    const to = toTag === '' ? '' : `;tag=${toTag}`
    return (
      `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=${own}\r\nMax-Forwards: 70\r\n` +
      `From: <sip:far@far.test>;tag=far\r\nTo: <sip:us@far.test>${to}\r\nCall-ID: ${callId}\r\n` +
      `CSeq: ${method === 'BYE' ? cseq + 1 : cseq} ${method}\r\n${headers}Content-Length: 0\r\n\r\n`
    )
  }

  #take(line: Line, message: SipMessage): void {
    const attempt = this.#attempt
    if (message.isRequest) this.#link.say(line, writeResponse(message, 200, '', { toTag: 'far' }))
    else if (attempt !== undefined && message.cseqMethod === 'INVITE') this.#response(line, attempt, message)
    else if (message.cseqMethod === 'BYE' && attempt && this.#link.has('insists on BYE')) {
      after(this.#link.clock, 500, () => this.#link.say(line, this.#text(attempt, 'BYE', message.toTag)))
    }
  }

  #response(line: Line, attempt: Attempt, response: SipMessage): void {
    const { status, toTag } = response
    const mine = response.topVia.host === '127.0.0.1' || this.#link.has('takes foreign responses')
    const known = response.topVia.branch === attempt.branch || this.#link.has('takes strays')
    if (!mine || !known || attempt.callId !== response.callId) return
    if (status < 200) {
      attempt.copies = 7
      attempt.final ||= 1
      return
    }
    const stray = response.topVia.branch !== attempt.branch || response.topVia.host !== '127.0.0.1'
    if (status >= 300) this.#refused(line, attempt, response, stray)
    else if (attempt.final < 300 || this.#link.has('changes its mind')) this.#accepted(line, attempt, toTag)
  }

  #refused(line: Line, attempt: Attempt, response: SipMessage, stray: boolean): void {
    const first = attempt.final < 200
    if (!first && this.#link.has('acknowledges once')) return
    if (this.#link.has('ignores 499') && response.status === 499) return
    this.#link.say(line, this.#text(attempt, 'ACK', response.toTag))
    if (stray) return
    attempt.final = response.status
    if (!first) return
    if (response.status === 302) this.#redirect(line, attempt, response)
    if (response.status === 407) this.#answer(line, attempt, response)
  }

  #redirect(line: Line, attempt: Attempt, response: SipMessage): void {
    const [target = '', headers = ''] = (/<([^>]*)>/.exec(response.get('Contact') ?? '')?.[1] ?? '').split('?')
    const kept = this.#link.has('drops parameters') ? (target.split(';')[0] ?? '') : target
    const uri = this.#link.has('keeps headers') ? `${kept}?${headers}` : kept
    if (!this.#tried.has(uri) || this.#link.has('tries again')) this.#call(line, uri, attempt.callId, attempt.cseq + 1)
  }

  #answer(line: Line, { callId, uri, cseq }: Attempt, response: SipMessage): void {
    const realm = parseChallenge(response.get('Proxy-Authenticate') ?? '')?.params.get('realm') ?? ''
    const told = this.#link.has('another realm') ? 'other' : realm
    const value = `Digest username="far", realm="${told}", nonce="probe", uri="${uri}", response="0"`
    this.#call(line, uri, callId, cseq + 1, `Proxy-Authorization: ${value}\r\n`)
  }

  #accepted(line: Line, attempt: Attempt, toTag: string): void {
    const known = attempt.answered.has(toTag)
    attempt.final = 200
    if (known && this.#link.has('acknowledges once')) return
    if (!known && attempt.answered.size > 0 && this.#link.has('one answer only')) return
    if (toTag === '' && this.#link.has('wants tags')) return
    attempt.answered.add(toTag)
    if (!this.#link.has('never acknowledges')) this.#link.say(line, this.#text(attempt, 'ACK', toTag))
    if (!known)
      after(this.#link.clock, attempt.answered.size > 1 ? 100 : 2500, () =>
        this.#link.say(line, this.#text(attempt, 'BYE', toTag)),
      )
  }
}
