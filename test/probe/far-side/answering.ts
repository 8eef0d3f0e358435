import { after } from '../../../src/base/clock.js'
import { audioSdp, mediaLines, originVersion } from '../../../src/probe/sdp.js'
import type { ResponseOptions } from '../../../src/sip/message/response.js'
import type { SipMessage } from '../../../src/sip/message/sip-message.js'
import type { Line, Link } from './link.js'
import type { ServerTransactions, Transaction } from './server-transactions.js'

interface Call {
  readonly toTag: string
  readonly fromTag: string
  readonly callId: string
  readonly line: Line
  readonly invite: Transaction
  cseq: number
  answered: boolean
  acknowledged: boolean
  version: number
  /** Where our media goes; 0 when it is held. */
  mediaPort: number
  pending: Transaction | undefined
}

const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS'
const allowed = { name: 'Allow', value: allow }
const ringMs = 250
const t1 = 500
const mediaMs = 20

/** A phone that answers: the user agent server of the far side. */
export class Answering {
  readonly #link: Link
  readonly #transactions: ServerTransactions
  readonly #calls: Call[] = []
  #tags = 0

  constructor(link: Link, transactions: ServerTransactions) {
    this.#link = link
    this.#transactions = transactions
  }

  /** A request that begins a transaction, ACK and CANCEL excepted. */
  take(transaction: Transaction): void {
    const { request } = transaction
    if (request.method === 'INVITE' && this.#link.has('tries')) this.#transactions.respond(transaction, 100)
    const refusal = this.#refusal(transaction)
    if (refusal !== undefined) {
      this.#transactions.respond(transaction, ...refusal)
      return
    }
    if (request.toTag !== '') {
      this.#within(transaction)
      return
    }
    if (request.method === 'INVITE') this.#ring(transaction)
    else
      this.#transactions.respond(transaction, 200, { headers: [allowed, { name: 'Accept', value: 'application/sdp' }] })
  }

  #refusal({ request, key }: Transaction): [status: number, options?: ResponseOptions] | undefined {
    const { method } = request
    if (!allow.includes(method)) {
      const known = ['MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'REFER', 'NOTIFY'].includes(method)
      return request.toTag === '' ? [known ? 405 : 501, { headers: [allowed] }] : undefined
    }
    const required = request.get('Require')
    if (required !== undefined) return [420, { headers: [{ name: 'Unsupported', value: required }] }]
    const merged = [...this.#transactions.all.values()].some(
      (other) =>
        other.key !== key &&
        other.request.callId === request.callId &&
        other.request.fromTag === request.fromTag &&
        other.request.cseq === request.cseq &&
        other.request.method === method,
    )
    if (merged && request.toTag === '' && !this.#link.has('merges')) return [482]
    return this.#bodyRefusal(request)
  }

  #bodyRefusal(request: SipMessage): [status: number, options?: ResponseOptions] | undefined {
    if (request.method !== 'INVITE') return undefined
    const type = request.get('Content-Type') ?? 'application/sdp'
    if (type.startsWith('application/pkcs7')) return [493]
    if (!type.startsWith('application/sdp')) return [415, { headers: [{ name: 'Accept', value: 'application/sdp' }] }]
    if (request.get('Accept')?.includes('application/sdp') === false) return [406]
    if (request.has('Content-Encoding')) return [415, { headers: [{ name: 'Accept-Encoding', value: 'identity' }] }]
    if (request.has('Content-Language')) return [415, { headers: [{ name: 'Accept-Language', value: 'en' }] }]
    return undefined
  }

  #ring(transaction: Transaction): void {
    const { request, line } = transaction
    const call: Call = {
      toTag: `call${++this.#tags}`,
      fromTag: request.fromTag,
      callId: request.callId,
      line,
      invite: transaction,
      cseq: request.cseq,
      answered: false,
      acknowledged: false,
      version: 1,
      mediaPort: 0,
      pending: transaction,
    }
    this.#calls.push(call)
    this.#transactions.respond(transaction, 180, { toTag: call.toTag, headers: this.#contact() })
    after(this.#link.clock, this.#link.has('rings for minutes') ? 240_000 : ringMs, () => {
      if (transaction.status < 200) this.#answer(call, transaction)
    })
    if (this.#link.has('rings for minutes')) this.#ringOn(call, transaction)
  }

  #ringOn(call: Call, transaction: Transaction): void {
    after(this.#link.clock, 59_000, () => {
      if (transaction.status >= 200) return
      this.#transactions.respond(transaction, 180, { toTag: call.toTag, headers: this.#contact() })
      this.#ringOn(call, transaction)
    })
  }

  #contact(): { name: string; value: string }[] {
    return [{ name: 'Contact', value: '<sip:far@127.0.0.1:5060>' }, allowed]
  }

  #answer(call: Call, transaction: Transaction): void {
    const { request } = transaction
    const body = this.#answerSdp(call, request.bodyText)
    const headers = this.#contact()
    call.answered = true
    call.pending = undefined
    call.acknowledged = false
    this.#transactions.respond(transaction, 200, { toTag: call.toTag, headers, contentType: 'application/sdp', body })
    this.#repeat(call, transaction, t1)
    if (call.invite === transaction) this.#sendMedia(call)
  }

  #answerSdp(call: Call, offer: string): string {
    const media = mediaLines(offer)
    const own = { host: '127.0.0.1', port: 0 }
    if (media.length === 0) return audioSdp(own, { port: 6000, version: ++call.version })
    const [audio, ...others] = media
    const common = audio?.formats.includes('0') === true
    if (!this.#link.has('media does not move') || call.mediaPort === 0) call.mediaPort = audio?.port ?? 0
    if (/^c=IN IP4 0\.0\.0\.0/m.test(offer) && !this.#link.has('media goes on')) call.mediaPort = 0
    if (originVersion(offer) !== '1' || (this.#link.has('new version each time') && call.answered)) call.version++
    const more = others.map(({ kind, formats }) => `m=${kind} 0 RTP/AVP ${formats.join(' ')}\r\n`).join('')
    const options = { port: common ? 6000 : 0, version: call.version, more }
    return audioSdp(
      own,
      common
        ? { ...options, audio: '0\r\na=rtpmap:0 PCMU/8000' }
        : { ...options, audio: audio?.formats.join(' ') ?? '0' },
    )
  }

  #repeat(call: Call, transaction: Transaction, delayMs: number): void {
    after(this.#link.clock, delayMs, () => {
      if (call.acknowledged || !this.#calls.includes(call)) return
      if (this.#link.clock.nowMs() - transaction.atMs > 64 * t1 + ringMs) return this.#giveUp(call)
      this.#link.say(call.line, transaction.last ?? '')
      this.#repeat(call, transaction, Math.min(2 * delayMs, 4000))
    })
  }

  #giveUp(call: Call): void {
    this.#forget(call)
    const { request } = call.invite
    const to = request.get('From') ?? ''
    const lines = [
      `BYE sip:gone@127.0.0.1:${call.line.port} SIP/2.0`,
      'Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKbye',
      `From: ${request.get('To')};tag=${call.toTag}`,
      `To: ${to}`,
      `Call-ID: ${call.callId}`,
      'CSeq: 1 BYE',
      'Content-Length: 0',
    ]
    this.#link.say(call.line, `${lines.join('\r\n')}\r\n\r\n`)
  }

  #sendMedia(call: Call): void {
    after(this.#link.clock, mediaMs, () => {
      if (!this.#calls.includes(call)) return
      const line = this.#link.at(call.mediaPort)
      if (line !== undefined) this.#link.say(line, `\x80\x00${'x'.repeat(170)}`)
      this.#sendMedia(call)
    })
  }

  #within(transaction: Transaction): void {
    const { request } = transaction
    const call = this.#calls.find(({ toTag, callId }) => toTag === request.toTag && callId === request.callId)
    if (call === undefined) {
      this.#transactions.respond(transaction, 481)
      return
    }
    if (request.cseq < call.cseq) {
      this.#transactions.respond(transaction, 500)
      return
    }
    call.cseq = request.cseq
    if (request.method === 'BYE') {
      if (call.pending !== undefined && !this.#link.has('forgets open requests'))
        this.#transactions.respond(call.pending, 487)
      this.#forget(call)
    } else if (request.method === 'INVITE') {
      if (call.pending !== undefined) {
        this.#transactions.respond(transaction, 500, { headers: [{ name: 'Retry-After', value: '3' }] })
        return
      }
      call.pending = transaction
      after(this.#link.clock, 20, () => {
        if (transaction.status < 200 && this.#calls.includes(call)) this.#answer(call, transaction)
      })
      return
    }
    this.#transactions.respond(transaction, 200)
  }

  #forget(call: Call): void {
    this.#calls.splice(this.#calls.indexOf(call), 1)
  }

  acknowledged(ack: SipMessage): void {
    const call = this.#calls.find(({ toTag, callId }) => toTag === ack.toTag && callId === ack.callId)
    if (call !== undefined) call.acknowledged = true
  }

  /** 487 for the call that is cancelled. */
  cancelled(invite: Transaction): void {
    const call = this.#calls.find((each) => each.invite === invite)
    if (call === undefined || invite.status >= 200) return
    this.#forget(call)
    this.#transactions.respond(invite, 487, { toTag: call.toTag })
  }
}
