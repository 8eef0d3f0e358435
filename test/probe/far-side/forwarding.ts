import { after } from '../../../src/base/clock.js'
import type { SipMessage } from '../../../src/sip/message/sip-message.js'
import { SipMessage as Message } from '../../../src/sip/message/sip-message.js'
import { parseUri } from '../../../src/sip/message/uri.js'
import { type Aim, challengesOf, forwardedText, hopText, markOf, type Routed, routeOf, self, withVias } from './hop.js'
import type { Line, Link } from './link.js'
import type { Binding, Registering } from './registering.js'
import type { ServerTransactions, Transaction } from './server-transactions.js'

interface Branch {
  readonly id: string
  readonly line: Line | undefined
  readonly text: string
  readonly context: Context
  status: number
  response: string
  cancelled: boolean
  rung: boolean
  sentMs: number
}

interface Context {
  readonly transaction: Transaction
  readonly branches: Branch[]
  readonly flows: Binding[]
  answered: boolean
}

/** A forking proxy of RFC 3261 16 with what RFC 5393, 5626 and 6026 change of it. */
export class Forwarding {
  readonly #link: Link
  readonly #transactions: ServerTransactions
  readonly #registering: Registering
  readonly #branches = new Map<string, Branch>()
  #count = 0

  constructor(link: Link, transactions: ServerTransactions, registering: Registering) {
    this.#link = link
    this.#transactions = transactions
    this.#registering = registering
  }

  /** Whether the request is for others; it is taken then. */
  take(transaction: Transaction): boolean {
    const { request } = transaction
    const routed = routeOf(request, this.#link)
    const uri = parseUri(routed.uri)
    const named = uri?.host === 'far.test' || (uri?.host === '127.0.0.1' && (uri.port ?? 5060) === 5060)
    const mine = named && !(this.#link.has('keeps maddr') && routed.uri.includes('maddr'))
    if (mine && routed.routes.length === 0 && (!uri.user || uri.user === 'probe' || uri.user === 'far')) return false
    const refusal = this.#refusal(transaction, routed)
    if (refusal === undefined) this.#forward(transaction, routed, mine)
    else this.#transactions.respond(transaction, ...refusal)
    return true
  }

  #refusal(
    { request }: Transaction,
    routed: Routed,
  ): Parameters<ServerTransactions['respond']> extends [unknown, ...infer R] ? R | undefined : never {
    if (request.get('Max-Forwards') === '0') return [483]
    const required = request.get('Proxy-Require')
    if (required !== undefined) return [420, { headers: [{ name: 'Unsupported', value: required }] }]
    if (this.#loops(request, routed.uri) || (this.#link.has('merged requests are loops') && this.#merged(request)))
      return [482]
    if (request.method !== 'INVITE' || request.toTag !== '') return undefined
    const verdict = this.#registering.digest.verify(request, 'Proxy-Authorization')
    if (verdict.ok) return undefined
    const challenges = this.#registering.digest.challenge(verdict.why === 'stale')
    return [407, { headers: challenges.map((value) => ({ name: 'Proxy-Authenticate', value })) }]
  }

  /** RFC 5393 4.2: what was forwarded before with the same destination comes back. */
  #loops(request: SipMessage, uri: string): boolean {
    if (this.#link.has('no loop detection')) return false
    const mark = markOf(this.#link.has('spirals are loops') ? '' : uri)
    return request.list('Via').some((via) => via.includes(self) && via.includes(`.${mark}`))
  }

  #merged({ callId, cseq, method }: SipMessage): boolean {
    const same = [...this.#transactions.all.values()].filter(
      ({ request }) => request.callId === callId && request.cseq === cseq && request.method === method,
    )
    return same.length > 1
  }

  #forward(transaction: Transaction, routed: Routed, mine: boolean): void {
    const { request } = transaction
    const context: Context = { transaction, branches: [], flows: [], answered: false }
    const aims = this.#aims(routed, mine, context)
    if (aims.length === 0) {
      const user = parseUri(routed.uri)?.user ?? ''
      this.#transactions.respond(transaction, user.startsWith('nobody') ? 404 : 480)
      return
    }
    const breadth = request.get('Max-Breadth')
    const serial = breadth === '1' && aims.length > 1 && !this.#link.has('any breadth')
    if (request.method === 'INVITE' && !this.#link.has('no 100')) this.#transactions.respond(transaction, 100)
    else if (request.method !== 'INVITE') this.#tryLater(transaction)
    if (serial) {
      this.#transactions.respond(transaction, 440)
      return
    }
    for (const aim of aims) this.#start(context, aim, routed.uri)
  }

  /** RFC 4320 3: a request that is not answered in 3.5 s gets a 100 over UDP. */
  #tryLater(transaction: Transaction): void {
    if (this.#link.has('no late 100')) return
    after(this.#link.clock, 3500, () => {
      if (transaction.status === 0) this.#transactions.respond(transaction, 100)
    })
  }

  #aims({ uri, routes }: Routed, mine: boolean, context: Context): readonly Aim[] {
    const [next] = routes
    if (next !== undefined) return [{ uri, line: this.#lineOf(/<([^>]*)>/.exec(next)?.[1] ?? ''), routes }]
    if (!mine) return [{ uri, line: this.#lineOf(uri), routes: [] }]
    const bindings = this.#registering.bindings(parseUri(uri)?.user ?? '')
    const seen = new Set<string>()
    const first = bindings.filter((binding) => {
      const { flow } = binding
      if (flow === undefined || this.#link.has('all flows at once') || !seen.has(flow.instance)) {
        if (flow !== undefined) seen.add(flow.instance)
        return true
      }
      context.flows.push(binding)
      return false
    })
    return first.map((binding) => this.#aimAt(binding))
  }

  #aimAt({ uri, line, flow, path }: Binding): Aim {
    const [first] = path
    if (first !== undefined && !this.#link.has('passes the edge by'))
      return { uri, line: this.#lineOf(/<([^>]*)>/.exec(first)?.[1] ?? '') ?? this.#lineOf(uri), routes: path }
    const bound = flow !== undefined || line.transport !== 'udp'
    if (bound && this.#link.has('by the address only')) return { uri, line: undefined, routes: [] }
    const known = bound ? (line.open ? line : undefined) : this.#lineOf(uri)
    return { uri, line: known, routes: path }
  }

  #lineOf(uri: string): Line | undefined {
    const read = parseUri(uri)
    return this.#link.hosts.get(read?.host ?? '') ?? this.#link.at(read?.port ?? 5060)
  }

  #start(context: Context, aim: Aim, uri: string): void {
    const { request } = context.transaction
    const id = `z9hG4bKfar${++this.#count}.${markOf(this.#link.has('spirals are loops') ? '' : uri)}`
    const text = forwardedText(request, { id, aim, link: this.#link })
    const branch: Branch = {
      id,
      line: aim.line,
      text,
      context,
      status: 0,
      response: '',
      cancelled: false,
      rung: false,
      sentMs: this.#link.clock.nowMs(),
    }
    context.branches.push(branch)
    this.#branches.set(id, branch)
    if (aim.line === undefined) {
      after(this.#link.clock, 1, () =>
        this.#finish(branch, this.#link.has('wrong code for lost flows') ? 200 : 430, ''),
      )
      return
    }
    this.#link.say(aim.line, text)
    if (request.method === 'INVITE') this.#armTimers(branch)
  }

  #armTimers(branch: Branch): void {
    after(this.#link.clock, 32_000, () => {
      if (branch.status === 0 && !branch.rung && !this.#link.has('waits for ever')) this.#finish(branch, 408, '')
    })
    this.#armTimerC(branch)
  }

  #armTimerC(branch: Branch): void {
    const ms = this.#link.has('impatient') ? 20_000 : 181_000
    after(this.#link.clock, ms, () => {
      if (branch.status !== 0 || !branch.rung || this.#link.has('waits for ever')) return
      const rungMs = this.#link.has('never waits longer') ? branch.sentMs : branch.sentMs
      if (this.#link.clock.nowMs() - rungMs < ms - 100) return this.#armTimerC(branch)
      this.#cancel(branch)
      after(this.#link.clock, 500, () => {
        if (branch.status === 0) this.#finish(branch, 408, '')
      })
    })
  }

  /** A response from where a request was forwarded to. */
  response(line: Line, response: SipMessage): void {
    const [top = '', ...rest] = response.list('Via')
    const branch = this.#branches.get(/branch=([^;]*)/.exec(top)?.[1] ?? '')
    const foreign = !top.includes(self)
    if (foreign && !this.#link.has('takes foreign responses')) return
    if (rest.length === 0 && !this.#link.has('keeps own responses')) return
    if (branch === undefined && rest.length > 0 && !this.#link.has('forwards strays')) return
    const known = branch ?? [...this.#branches.values()].find(({ text }) => text.includes(response.callId))
    if (known === undefined) return
    const passed = withVias(response, rest.length === 0 ? [known.context.transaction.request.topViaText] : rest)
    if (response.status < 200) this.#provisional(known, response.status, passed)
    else {
      if (response.status >= 300 && response.cseqMethod === 'INVITE') this.#acknowledge(known, line, response)
      if (response.status < 300) this.#success(known, response, passed)
      else if (known.status === 0) this.#finish(known, response.status, passed)
    }
  }

  #provisional(branch: Branch, status: number, text: string): void {
    branch.rung = true
    if (!this.#link.has('never waits longer')) branch.sentMs = this.#link.clock.nowMs()
    if (branch.cancelled) this.#sendCancel(branch)
    if (status > 100) this.#transactions.pass(branch.context.transaction, status, text)
  }

  /** RFC 3261 16.7 9: every 2xx to INVITE goes up at once. */
  #success(branch: Branch, response: SipMessage, text: string): void {
    const { context } = branch
    const { transaction } = context
    const invite = transaction.request.method === 'INVITE'
    if (context.answered && this.#link.has('one answer only')) return
    if (!invite && transaction.status >= 200) return
    branch.status = response.status
    context.answered = true
    if (transaction.status < 300) this.#transactions.pass(transaction, response.status, text)
    else this.#link.say(transaction.line, text)
    if (invite) for (const other of context.branches) if (other !== branch) this.#cancel(other)
  }

  #finish(branch: Branch, status: number, text: string): void {
    branch.status = status
    branch.response = text
    const { context } = branch
    if (status >= 600 && !this.#link.has('goes on after 6xx')) {
      for (const other of context.branches) this.#cancel(other)
      context.flows.length = 0
    }
    const next =
      status === 430 || status === 408 || this.#link.has('tries flows after anything')
        ? context.flows.shift()
        : undefined
    if (next !== undefined) {
      this.#start(context, this.#aimAt(next), '')
      return
    }
    if (status >= 300 && status < 400 && this.#recurse(branch, text)) return
    if (context.answered || context.branches.some((each) => each.status === 0)) return
    this.#best(context)
  }

  /** RFC 3261 16.7 4. */
  #recurse(branch: Branch, text: string): boolean {
    const [contact] = Message.parse(Buffer.from(text, 'latin1')).list('Contact')
    const uri = /<([^>]*)>/.exec(contact ?? '')?.[1]
    if (uri === undefined) return false
    if (this.#link.has('recurses and passes on'))
      this.#transactions.pass(branch.context.transaction, branch.status, text)
    branch.status = 499
    this.#start(branch.context, { uri, line: this.#lineOf(uri), routes: [] }, '')
    return true
  }

  /** RFC 3261 16.7 6 and 7. */
  #best({ transaction, branches }: Context): void {
    const finals = branches.filter(({ status }) => status >= 300 && status !== 499)
    const worst = this.#link.has('chooses the highest')
    const order = ({ status }: Branch): number =>
      status >= 600 && !this.#link.has('6xx is like others') ? 0 : Math.floor(status / 100) * (worst ? -1 : 1)
    const [chosen] = [...finals].sort((a, b) => order(a) - order(b))
    if (chosen === undefined) return
    if (this.#link.has('its own final')) {
      this.#transactions.respond(transaction, 499)
      return
    }
    if (chosen.response === '') {
      const timedOut = chosen.status === 408 && this.#link.has('504 for 408')
      this.#transactions.respond(transaction, timedOut ? 504 : chosen.status)
      return
    }
    const others = finals.filter((each) => each !== chosen && (each.status === 401 || each.status === 407))
    const more =
      chosen.status === 401 || chosen.status === 407 ? others.flatMap(({ response }) => challengesOf(response)) : []
    const text = this.#link.has('one challenge')
      ? chosen.response
      : chosen.response.replace('\r\nContent-Length', `${more.map((line) => `\r\n${line}`).join('')}\r\nContent-Length`)
    this.#transactions.pass(transaction, chosen.status, text)
  }

  #cancel(branch: Branch): void {
    if (branch.status !== 0 || branch.cancelled || this.#link.has('never cancels')) return
    branch.cancelled = true
    if (branch.rung) this.#sendCancel(branch)
  }

  #sendCancel({ text, line }: Branch): void {
    if (line !== undefined) this.#link.say(line, hopText(text, 'CANCEL'))
  }

  #acknowledge(branch: Branch, line: Line, response: SipMessage): void {
    if (branch.status !== 0 && this.#link.has('acknowledges once')) return
    this.#link.say(line, hopText(branch.text, 'ACK', response.get('To')))
  }

  /** The connection of a caller is lost: its calls are ended. */
  lost(line: Line): void {
    if (this.#link.has('keeps lost calls')) return
    for (const { context, status, text, line: far } of this.#branches.values()) {
      if (context.transaction.line !== line || status !== 200 || far === undefined || !text.startsWith('INVITE'))
        continue
      this.#link.say(far, hopText(text, 'BYE').replace('branch=', 'branch=z9hG4bKlost'))
    }
  }

  /** Cancels what a CANCEL is for. */
  cancelled(invite: Transaction): void {
    for (const branch of this.#branches.values()) if (branch.context.transaction === invite) this.#cancel(branch)
  }

  /** ACK of a 2xx, and CANCEL that matches nothing (RFC 3261 16.10): forwarded without state. */
  passOn(request: SipMessage): void {
    const routed = routeOf(request, this.#link)
    const context: Context = { transaction: { request } as Transaction, branches: [], flows: [], answered: true }
    const uri = parseUri(routed.uri)
    const mine = uri?.host === 'far.test' || (uri?.host === '127.0.0.1' && uri.port === 5060)
    for (const aim of this.#aims(routed, mine, context)) {
      if (aim.line === undefined) continue
      this.#link.say(aim.line, forwardedText(request, { id: `z9hG4bKpass${++this.#count}`, aim, link: this.#link }))
    }
  }
}
