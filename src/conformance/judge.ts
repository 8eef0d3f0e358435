import type { CapturedFrame } from '../capture/captured-message.js'
import { evidenceText, framesOf } from './evidence.js'
import type { Conversation } from './model/conversation.js'
import { dialogRequests } from './model/dialog-request.js'
import { findExchanges } from './model/exchange-follower.js'
import type { KeepAlive } from './model/flow.js'
import { joinLegs } from './model/forwarding.js'
import type { Handshake } from './model/handshake.js'
import type { LossLedger } from './model/loss-ledger.js'
import type { WebSocketMessage } from './model/websocket-message.js'
import type { AnyRule, Judgement, Rule, RuleContext, SubjectKind, Subjects } from './rule.js'
import { inapplicable, inconclusive } from './rule.js'
import { type SubjectView, viewOf } from './subject.js'
import type { Tally } from './tally.js'

/** Applies every rule to every subject of its kind. */
export class Judge {
  readonly #rules: ReadonlyMap<SubjectKind, readonly AnyRule[]>
  /** Rules for a kind, a method and a status, found once. */
  readonly #selected = new Map<string, readonly AnyRule[]>()
  readonly #context: RuleContext
  readonly #ledger: LossLedger
  readonly #tally: Tally
  readonly #label: string

  constructor(rules: readonly AnyRule[], context: RuleContext, ledger: LossLedger, tally: Tally, label: string) {
    this.#label = label
    const byKind = new Map<SubjectKind, AnyRule[]>()
    for (const rule of rules) byKind.set(rule.on, [...(byKind.get(rule.on) ?? []), rule])
    this.#rules = byKind
    this.#context = context
    this.#ledger = ledger
    this.#tally = tally
  }

  /** A conversation that has ended. */
  conversation(conversation: Conversation): void {
    const forwardings = joinLegs(conversation)
    for (const message of conversation.messages) {
      if (message.isCopy || message.captured.truncated) continue
      this.#apply('hop', message)
      if (!message.isOriginal) continue
      this.#apply('message', message)
      this.#apply(message.isRequest ? 'request' : 'response', message)
    }
    for (const transaction of conversation.transactions) {
      this.#apply('transaction', transaction)
      if (transaction.outbound.length > 0) this.#apply('proxied', transaction)
    }
    for (const dialogRequest of dialogRequests(conversation)) this.#apply('dialogRequest', dialogRequest)
    for (const forwarding of forwardings) this.#apply('forwarding', forwarding)
    const { exchanges, offerings, revisions } = findExchanges(conversation)
    for (const exchange of exchanges) this.#apply('exchange', exchange)
    for (const offering of offerings) this.#apply('offering', offering)
    for (const revision of revisions) this.#apply('revision', revision)
  }

  handshake(handshake: Handshake): void {
    this.#apply('handshake', handshake)
  }

  webSocketMessage(message: WebSocketMessage): void {
    this.#apply('webSocketMessage', message)
  }

  keepAlive(keepAlive: KeepAlive): void {
    this.#apply('keepAlive', keepAlive)
  }

  webSocketFrame(frame: CapturedFrame): void {
    this.#apply('webSocketFrame', frame)
  }

  #apply<K extends SubjectKind>(kind: K, subject: Subjects[K]): void {
    const view = viewOf[kind](subject)
    for (const rule of this.#select(kind, view)) {
      // The registry groups rules by their kind of subject, which the compiler cannot follow.
      const judgement = this.#judge(rule as unknown as Rule<K>, subject, view)
      const element = view.party(rule.party)
      this.#tally.add(rule.id, element, judgement, () => {
        const points = judgement.verdict === 'violation' ? judgement.points : []
        const found = judgement.verdict === 'violation' ? judgement.found : ''
        return { found, frames: framesOf(points), text: this.#label + evidenceText(points, view.conversation) }
      })
    }
  }

  #select(kind: SubjectKind, { method, status }: SubjectView): readonly AnyRule[] {
    const key = `${kind} ${method} ${status}`
    const known = this.#selected.get(key)
    if (known !== undefined) return known
    const selected = (this.#rules.get(kind) ?? []).filter(
      ({ methods, statuses }) =>
        (methods?.includes(method) ?? true) &&
        (statuses === undefined || statuses.includes(status) || statuses.includes(Math.floor(status / 100))),
    )
    // Methods and codes come from the network: what is kept of them is bounded.
    if (this.#selected.size < maximumSelections) this.#selected.set(key, selected)
    return selected
  }

  #judge<K extends SubjectKind>(rule: Rule<K>, subject: Subjects[K], view: SubjectView): Judgement {
    if (rule.applies?.(subject, this.#context) === false) return inapplicable
    const judgement = rule.check(subject, this.#context)
    if (judgement.verdict !== 'violation' || rule.needs === undefined) return judgement
    const doubt = this.#doubt(rule, view)
    return doubt === undefined ? judgement : inconclusive(doubt)
  }

  /** Why a violation is not proven: what the rule needs is not given. */
  #doubt(rule: AnyRule | Rule<SubjectKind>, view: SubjectView): string | undefined {
    const { fromMs, toMs, hosts } = view
    for (const need of rule.needs ?? []) {
      let lost: string | undefined
      if (need === 'loss-free') lost = this.#ledger.reason(fromMs, toMs, hosts)
      else if (need === 'inside') lost = this.#ledger.edge(fromMs, toMs)
      else {
        const { host } = view.party(need === 'at-client' ? 'client' : 'server').address
        if (!this.#context.vantage.isAt(host)) lost = `the capture was not taken at ${host}`
      }
      if (lost !== undefined) return lost
    }
    return undefined
  }
}

const maximumSelections = 5000
