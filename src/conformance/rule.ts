import type { CapturedFrame } from '../capture/captured-message.js'
import type { Memory } from './memory.js'
import type { DialogRequest } from './model/dialog-request.js'
import type { Exchange, Offering, Revision } from './model/exchange.js'
import type { KeepAlive } from './model/flow.js'
import type { Forwarding } from './model/forwarding.js'
import type { Handshake } from './model/handshake.js'
import type { HopTransaction } from './model/hop-transaction.js'
import type { ObservedMessage } from './model/observed-message.js'
import type { Vantage } from './model/vantage.js'
import type { WebSocketMessage } from './model/websocket-message.js'
import type { Point } from './point.js'

/** What a rule looks at, by name. Messages are first sendings; those that a proxy only passed on are left out. */
export interface Subjects {
  readonly request: ObservedMessage
  readonly response: ObservedMessage
  readonly message: ObservedMessage
  /** As `message`, and those that a proxy passed on too: rules about one hop. */
  readonly hop: ObservedMessage
  readonly transaction: HopTransaction
  /** A request within a dialog, at the user agent that made it. */
  readonly dialogRequest: DialogRequest
  readonly exchange: Exchange
  readonly offering: Offering
  readonly revision: Revision
  readonly forwarding: Forwarding
  /** A transaction that a proxy received and for which it opened at least one. */
  readonly proxied: HopTransaction
  readonly handshake: Handshake
  readonly webSocketMessage: WebSocketMessage
  readonly webSocketFrame: CapturedFrame
  readonly keepAlive: KeepAlive
}

export type SubjectKind = keyof Subjects

/** Whose conduct is judged. Messages and frames: who sent them. */
export type Party = 'sender' | 'client' | 'server' | 'offerer' | 'answerer' | 'proxy'

/**
 * Without which a violation cannot be told from a gap in what is known: `loss-free`: the capture tells of no loss around
 * it; `inside`: the capture neither begins nor ends near it; `at-client`, `at-server`: it was taken at this end of the hop.
 */
export type Need = 'loss-free' | 'inside' | 'at-client' | 'at-server'

export type Judgement =
  | { readonly verdict: 'pass' }
  | { readonly verdict: 'not applicable' }
  | { readonly verdict: 'violation'; readonly found: string; readonly points: readonly Point[] }
  | { readonly verdict: 'inconclusive'; readonly why: string }

/** What a rule may ask beyond its subject. */
export interface RuleContext {
  readonly vantage: Vantage
  /** What was seen in other conversations. */
  readonly memory: Memory
}

export interface Rule<K extends SubjectKind> {
  /** Of the catalogue, which holds clause, level, roles and severity. */
  readonly id: string
  /** What is expected, in one sentence. */
  readonly title: string
  readonly on: K
  /** Only subjects of these methods: of the request, or of the CSeq of a response. */
  readonly methods?: readonly string[]
  /** Only responses with these codes; `1` to `6` stand for a class. */
  readonly statuses?: readonly number[]
  readonly party: Party
  readonly needs?: readonly Need[]
  /** The condition of the clause; without it every subject is judged. */
  applies?(subject: Subjects[K], context: RuleContext): boolean
  check(subject: Subjects[K], context: RuleContext): Judgement
}

export type AnyRule = { readonly [K in SubjectKind]: Rule<K> }[SubjectKind]

type RuleText<K extends SubjectKind> = Omit<Rule<K>, 'party'> & { readonly party?: Party }

/** The party is the sender unless the rule says otherwise. */
export const defineRule = <K extends SubjectKind>(rule: RuleText<K>): Rule<K> => ({ party: 'sender', ...rule })

export const pass: Judgement = { verdict: 'pass' }
/** The clause's condition turned out not to hold. */
export const inapplicable: Judgement = { verdict: 'not applicable' }
export const violation = (found: string, ...points: readonly Point[]): Judgement => ({
  verdict: 'violation',
  found,
  points,
})
export const inconclusive = (why: string): Judgement => ({ verdict: 'inconclusive', why })
