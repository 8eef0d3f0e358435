import { Rng } from '../../../src/base/rng.js'
import { DigestServer } from '../../../src/sip/auth/digest-server.js'
import type { SipMessage } from '../../../src/sip/message/sip-message.js'
import { parseUri, unescapeUri } from '../../../src/sip/message/uri.js'
import type { Line, Link } from './link.js'
import type { ServerTransactions, Transaction } from './server-transactions.js'

export interface Binding {
  readonly uri: string
  readonly value: string
  readonly callId: string
  readonly cseq: number
  readonly endMs: number
  readonly line: Line
  readonly path: readonly string[]
  /** Instance and reg-id of an outbound flow. */
  readonly flow: { readonly instance: string; readonly regId: string } | undefined
}

const defaultSeconds = 3600

/** A registrar with digest, Path and outbound flows. The password of NAME is pNAME. */
export class Registering {
  readonly digest: DigestServer
  readonly #link: Link
  readonly #transactions: ServerTransactions
  readonly #bindings = new Map<string, Binding[]>()

  constructor(link: Link, transactions: ServerTransactions) {
    this.#link = link
    this.#transactions = transactions
    this.digest = new DigestServer({
      realm: 'far.test',
      algorithms: ['MD5'],
      qop: ['auth'],
      clock: link.clock,
      rng: new Rng(2, 'far side'),
      password: (user) => `p${user}`,
    })
  }

  bindings(user: string): readonly Binding[] {
    const now = this.#link.clock.nowMs()
    return (this.#bindings.get(user) ?? []).filter(({ endMs }) => endMs > now)
  }

  take(transaction: Transaction): void {
    const { request } = transaction
    const verdict = this.digest.verify(request, 'Authorization')
    if (!verdict.ok && !(this.#link.has('takes any password') && verdict.why === 'wrong-password')) {
      const headers = this.digest
        .challenge(!verdict.ok && verdict.why === 'stale')
        .map((value) => ({ name: 'WWW-Authenticate', value }))
      this.#transactions.respond(transaction, 401, { headers })
      return
    }
    const to = parseUri(request.to.uri)
    if (to?.host !== 'far.test') {
      this.#transactions.respond(transaction, 404)
      return
    }
    const user = this.#link.has('keeps escapes') ? (to.user ?? '') : unescapeUri(to.user ?? '')
    const key = this.#link.has('keeps parameters') ? request.to.uri.replace('sip:', '').replace('@far.test', '') : user
    if (verdict.ok && verdict.username !== user && !this.#link.has('any user for any address')) {
      this.#transactions.respond(transaction, 403)
      return
    }
    const hops = request.list('Via').length > 1 && request.list('Contact').some((value) => value.includes('reg-id='))
    const obliged = hops && /\boutbound\b/.test(request.get('Supported') ?? '')
    if (obliged && !this.#link.has('no 439')) {
      this.#transactions.respond(transaction, 439)
      return
    }
    const refusal = this.#change(key, transaction)
    if (refusal !== undefined) {
      this.#transactions.respond(transaction, refusal)
      return
    }
    this.#transactions.respond(transaction, 200, { headers: this.#headers(key, request) })
  }

  /** Changes all that is asked for, or nothing. */
  #change(user: string, { request, line }: Transaction): number | undefined {
    const contacts = request.list('Contact')
    const expires = request.get('Expires')
    if (contacts.some((contact) => contact.trim() === '*')) {
      if (contacts.length > 1 || expires !== '0') {
        if (this.#link.has('registers what fails'))
          this.#bindings.set(
            user,
            contacts.slice(1).map((value) => this.#binding(value, request, line, expires)),
          )
        return 400
      }
      if (!this.#link.has('keeps all')) this.#bindings.set(user, [])
      return undefined
    }
    const changes = contacts.map((value) => this.#binding(value, request, line, expires))
    const known = this.#link.has('forgets other devices') ? [] : this.bindings(user)
    const stale = changes.some((change) => {
      const old = known.find((each) => sameBinding(each, change))
      return old !== undefined && old.callId === change.callId && change.cseq <= old.cseq
    })
    if (stale && !this.#link.has('half of it') && !this.#link.has('any order')) return 500
    const usable = stale && this.#link.has('half of it') ? changes.slice(1) : changes
    const now = this.#link.clock.nowMs()
    const kept = known.filter((each) => !usable.some((change) => sameBinding(each, change)))
    const wanted = usable.filter(({ endMs }) => endMs > now)
    const old = known.filter((each) => wanted.some((change) => sameBinding(each, change)))
    this.#bindings.set(user, [...kept, ...(this.#link.has('the oldest flow') && old.length > 0 ? old : wanted)])
    return stale && this.#link.has('half of it') ? 500 : undefined
  }

  #binding(value: string, request: SipMessage, line: Line, expires: string | undefined): Binding {
    const uri = /<([^>]*)>/.exec(value)?.[1] ?? value
    const seconds = Number(/;expires=(\d+)/.exec(value.slice(value.indexOf('>')))?.[1] ?? expires ?? this.#default())
    const instance = /\+sip\.instance="([^"]*)"/.exec(value)?.[1]
    const regId = /reg-id=(\d+)/.exec(value)?.[1]
    return {
      uri,
      value,
      callId: request.callId,
      cseq: request.cseq,
      endMs: this.#link.clock.nowMs() + seconds * 1000,
      line,
      path: this.#link.has('routes by Record-Route') ? request.list('Record-Route') : request.list('Path'),
      flow:
        instance === undefined || regId === undefined || this.#link.has('no flows') ? undefined : { instance, regId },
    }
  }

  #defaults = 0

  #default(): number {
    return this.#link.has('another time each time') ? defaultSeconds - 100 * this.#defaults++ : defaultSeconds
  }

  #headers(user: string, request: SipMessage): { name: string; value: string }[] {
    const now = this.#link.clock.nowMs()
    const contacts = this.bindings(user).map(({ uri, endMs, value }) => {
      const parameters = value.includes('>') ? value.slice(value.indexOf('>') + 1).replace(/;expires=\d+/, '') : ''
      return { name: 'Contact', value: `<${uri}>${parameters};expires=${Math.round((endMs - now) / 1000)}` }
    })
    const path = request.getAll('Path').map((value) => ({ name: 'Path', value }))
    const outbound =
      this.#link.has('outbound over two hops') ||
      (/\boutbound\b/.test(request.get('Supported') ?? '') && request.list('Via').length === 1)
    const wants = request.list('Contact').some((value) => value.includes('reg-id='))
    const flow =
      outbound && wants
        ? [
            { name: 'Require', value: 'outbound' },
            { name: 'Flow-Timer', value: '30' },
          ]
        : []
    return [...contacts, ...path, ...flow]
  }
}

const sameBinding = (a: Binding, b: Binding): boolean =>
  a.flow !== undefined && b.flow !== undefined
    ? a.flow.instance === b.flow.instance && a.flow.regId === b.flow.regId
    : a.uri === b.uri
