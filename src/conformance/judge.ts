import type { CapturedFrame } from '../capture/captured-message.js'
import { evidenceText, framesOf } from './evidence.js'
import type { Conversation } from './model/conversation.js'
import { dialogRequests } from './model/dialog-request.js'
import { findExchanges } from './model/exchange-follower.js'
import type { KeepAlive } from './model/flow.js'
import { joinLegs } from './model/forwarding.js'
import type { Handshake } from './model/handshake.js'
import type { LossLedger } from './model/loss-ledger.js'
import type { ObservedMessage } from './model/observed-message.js'
import type { WebSocketMessage } from './model/websocket-message.js'
import type { VerdictLog } from './precedent/verdict-log.js'
import type { Judgement, Rule, RuleContext, SubjectKind, Subjects } from './rule.js'
import { inapplicable, inconclusive } from './rule.js'
import type { IndexedRule, RuleTable } from './rule-table.js'
import { type SubjectView, viewOf } from './subject.js'
import { type Example, type Row, type Tally, verdictAt, verdictStride } from './tally.js'

/** Applies every rule to every subject of its kind. */
export class Judge {
  readonly #rules: RuleTable
  readonly #context: RuleContext
  readonly #ledger: LossLedger
  readonly #tally: Tally
  readonly #label: string
  #log: VerdictLog | undefined = undefined

  /** `label` stands before all evidence. */
  constructor(rules: RuleTable, context: RuleContext, ledger: LossLedger, tally: Tally, label: string) {
    this.#label = label
    this.#rules = rules
    this.#context = context
    this.#ledger = ledger
    this.#tally = tally
  }

  /** A conversation that has ended; `log` takes every verdict down. */
  conversation(conversation: Conversation, log?: VerdictLog): void {
    this.#log = log
    conversation.arrange()
    this.#judgeMessages(conversation)
    this.#log = undefined
  }

  #judgeMessages(conversation: Conversation): void {
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
    const view = viewOf[kind] as SubjectView<Subjects[K]>
    const message = view.messageOf(subject)
    const rules = this.#rules.select(kind, message)
    // Few rules of a kind judge another than its first party, and most subjects are met in runs of the same party.
    let party: Rule<K>['party'] | undefined
    let row: Row | undefined
    for (let at = 0; at < rules.length; at++) {
      const { rule, index } = rules[at] as IndexedRule<K>
      if (row === undefined || rule.party !== party) {
        party = rule.party
        row = this.#tally.rowOf(view.party(subject, party))
      }
      const judgement = this.#judge(rule, subject, view)
      const { verdict } = judgement
      const place = index * verdictStride + verdictAt[verdict]
      row.counts[place]!++
      this.#log?.note(row, place)
      if (verdict === 'violation') this.#tally.keep(row, index, () => this.#example(judgement, message))
      else if (verdict === 'inconclusive') this.#noteReason(row, place, judgement.why)
    }
  }

  #noteReason(row: Row, place: number, why: string): void {
    this.#tally.countReason(row, Math.floor(place / verdictStride), why)
    this.#log?.noteReason(row, place, why)
  }

  #example(judgement: Judgement, message: ObservedMessage | undefined): Example {
    const points = judgement.verdict === 'violation' ? judgement.points : []
    const found = judgement.verdict === 'violation' ? judgement.found : ''
    const around = message?.transaction?.conversation.messages ?? []
    return { found, frames: framesOf(points), text: this.#label + evidenceText(points, around) }
  }

  #judge<K extends SubjectKind>(rule: Rule<K>, subject: Subjects[K], view: SubjectView<Subjects[K]>): Judgement {
    if (rule.applies !== undefined && !rule.applies(subject, this.#context)) return inapplicable
    const judgement = rule.check(subject, this.#context)
    if (judgement.verdict !== 'violation' || rule.needs === undefined) return judgement
    const doubt = this.#doubt(rule, subject, view)
    return doubt === undefined ? judgement : inconclusive(doubt)
  }

  /** Why a violation is not proven: what the rule needs is not given. */
  #doubt<K extends SubjectKind>(
    rule: Rule<K>,
    subject: Subjects[K],
    view: SubjectView<Subjects[K]>,
  ): string | undefined {
    const [fromMs, toMs] = [view.fromMs(subject), view.toMs(subject)]
    for (const need of rule.needs ?? []) {
      let lost: string | undefined
      if (need === 'loss-free') lost = this.#ledger.reason(fromMs, toMs, view.sighting(subject))
      else if (need === 'inside') lost = this.#ledger.edge(fromMs, toMs)
      else {
        const { host } = view.party(subject, need === 'at-client' ? 'client' : 'server').address
        if (!this.#context.vantage.isAt(host)) lost = `the capture was not taken at ${host}`
      }
      if (lost !== undefined) return lost
    }
    return undefined
  }
}
