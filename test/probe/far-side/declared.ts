import { after } from '../../../src/base/clock.js'
import type { Need } from '../../../src/probe/probe.js'
import { writeResponse } from '../../../src/sip/message/response.js'
import type { SipMessage } from '../../../src/sip/message/sip-message.js'
import { SipMessage as Message } from '../../../src/sip/message/sip-message.js'
import type { Line, Link } from './link.js'

/** Far sides without state, and one that redirects. Undefined for what none of them is declared to be. */
export function declaredSide(declared: readonly Need[], link: Link): ((line: Line, bytes: Buffer) => void) | undefined {
  const reader = (take: (line: Line, message: SipMessage) => void) => (line: Line, bytes: Buffer) =>
    take(line, Message.parse(bytes))
  if (declared.includes('stateless-uas')) return reader((line, message) => answerWithoutState(link, line, message))
  if (declared.includes('stateless-proxy')) return statelessProxy(link)
  if (declared.includes('redirect')) {
    const headers = [{ name: 'Contact', value: '<sip:moved@192.0.2.1>' }]
    return reader((line, message) => {
      if (message.isRequest && message.method !== 'ACK')
        link.say(line, writeResponse(message, 302, '', { toTag: 'moved', headers }))
    })
  }
  return undefined
}

function answerWithoutState(link: Link, line: Line, message: SipMessage): void {
  const respond = (status: number): void => link.say(line, writeResponse(message, status, '', { toTag: 'stateless' }))
  if (message.method === 'ACK') {
    link.has('answers ACK') ? respond(481) : undefined
    return
  }
  if (message.method === 'CANCEL') {
    link.has('answers CANCEL') ? respond(481) : undefined
    return
  }
  if (link.has('tries')) respond(100)
  if (message.method !== 'INVITE') {
    respond(200)
    return
  }
  respond(480)
  if (link.has('repeats')) after(link.clock, 500, () => respond(480))
}

/** One binding, and everything goes there with a branch that the request itself gives. */
class StatelessProxy {
  readonly #link: Link
  #contact: { readonly uri: string; readonly line: Line } | undefined
  #count = 0

  constructor(link: Link) {
    this.#link = link
  }

  take(line: Line, message: SipMessage): void {
    if (!message.isRequest) this.#response(message)
    else if (message.method === 'REGISTER') this.#register(line, message)
    else if (message.get('Max-Forwards') === '0' && !this.#link.has('checks nothing')) {
      this.#link.say(line, writeResponse(message, 483, '', { toTag: 'stateless' }))
    } else this.#forward(line, message)
  }

  #register(line: Line, message: SipMessage): void {
    const uri = /<([^>]*)>/.exec(message.get('Contact') ?? '')?.[1]
    if (uri !== undefined) this.#contact = { uri, line }
    this.#link.say(line, writeResponse(message, 200, '', { toTag: 'stateless' }))
  }

  #forward(line: Line, request: SipMessage): void {
    const { method } = request
    if (this.#link.has('tries') && method === 'INVITE') this.#link.say(line, writeResponse(request, 100, ''))
    if (this.#link.has('answers CANCEL') && method === 'CANCEL') {
      this.#link.say(line, writeResponse(request, 200, '', { toTag: 'own' }))
      return
    }
    if (this.#link.has('loses CANCEL') && method === 'CANCEL') return
    if (this.#contact === undefined) return
    const branch = this.#link.has('new branches') ? `${++this.#count}` : request.topVia.branch.slice(7)
    const text = request.text
      .replace(/^(\S+) \S+/, `$1 ${this.#contact.uri}`)
      .replace(/^Via:/m, `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKs${branch}\r\nVia:`)
    const marked = this.#link.has('changes copies')
      ? text.replace('\r\n\r\n', `\r\nX-Copy: ${++this.#count}\r\n\r\n`)
      : text
    this.#link.say(this.#contact.line, marked)
    if (this.#link.has('forks') && method === 'INVITE') this.#link.say(this.#link.lines.at(-1) ?? line, marked)
  }

  #response(response: SipMessage): void {
    const [top = '', next = ''] = response.list('Via')
    if (!top.includes('127.0.0.1:5060') && !this.#link.has('takes foreign responses')) return
    const port = Number(/:(\d+)/.exec(next)?.[1] ?? 0)
    const line = this.#link.at(port)
    if (line !== undefined) this.#link.say(line, response.text.replace(/^Via:[^\r]*\r\n/m, ''))
  }
}

export const statelessProxy = (link: Link): ((line: Line, bytes: Buffer) => void) => {
  const proxy = new StatelessProxy(link)
  return (line, bytes) => proxy.take(line, Message.parse(bytes))
}
