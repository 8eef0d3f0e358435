import type { CodecName } from './codec.js'
import type { Duration, Source, Text } from './scenario.js'

/** Audio directions of RFC 3264 as the offering side says them. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/** How a step is expected to end: a final status, a class such as 4xx, or any of several. */
export interface Expected {
  /** Exact codes (200) and classes (4 for 4xx). */
  readonly codes: readonly number[]
  readonly classes: readonly number[]
}

/** Who acts in a flow: the leg that called, or the one that was called. */
export type Role = 'caller' | 'callee'

/**
 * The primitive operations that steps compile to. A flow is a flat list; jumps hold indexes into it. The interpreter
 * in load/ has one entry per `op`.
 */
export type Instruction = { readonly source: Source } & Operation

export type Operation =
  | {
      readonly op: 'call'
      readonly from: string
      readonly to: CallTarget
      readonly expect: Expected
      readonly answerWithinMs: number | undefined
      readonly cancelAfter: Duration | undefined
      readonly delayedOffer: boolean
      readonly headers: readonly HeaderText[]
    }
  | { readonly op: 'wait'; readonly duration: Duration; readonly withMedia: boolean }
  | { readonly op: 'hang-up'; readonly by: Role; readonly headers: readonly HeaderText[] }
  | {
      readonly op: 'dtmf'
      readonly by: Role
      readonly digits: Text
      readonly method: 'rtp' | 'info'
      readonly toneMs: number
      readonly pauseMs: number
    }
  | { readonly op: 'expect-dtmf'; readonly by: Role; readonly digits: Text; readonly withinMs: number }
  | {
      readonly op: 're-invite'
      readonly by: Role
      readonly direction: Direction
      /** Offered from here on; undefined: those offered before. */
      readonly codecs?: readonly CodecName[] | undefined
      /** `new`: SRTP of the side that offers is keyed anew. */
      readonly keys: 'same' | 'new'
      readonly method: 'INVITE' | 'UPDATE'
      readonly expect: Expected
    }
  | { readonly op: 'transfer'; readonly by: Role; readonly to: Text; readonly expect: Expected }
  | {
      readonly op: 'request'
      readonly by: Role
      readonly agent: string | undefined
      readonly method: string
      readonly to: Text | undefined
      readonly contentType: Text | undefined
      readonly body: Text | undefined
      readonly headers: readonly HeaderText[]
      readonly expect: Expected
      readonly inDialog: boolean
    }
  | { readonly op: 'register'; readonly agent: string; readonly expect: Expected; readonly expiresSeconds: number }
  // when called
  | { readonly op: 'ring'; readonly duration: Duration; readonly status: number; readonly earlyMedia: boolean }
  | { readonly op: 'answer' }
  | {
      readonly op: 'reject'
      readonly status: number
      readonly reason: string | undefined
      readonly headers: readonly HeaderText[]
    }
  | { readonly op: 'never-answer' }
  // exact work
  | { readonly op: 'send'; readonly as: string; readonly message: Text; readonly to: Text | undefined }
  | {
      readonly op: 'receive'
      readonly as: string
      readonly match: MessagePattern
      readonly withinMs: number
      readonly optional: boolean
      readonly otherwise: number | undefined
    }
  // control
  | { readonly op: 'set'; readonly name: string; readonly value: Text }
  // A target (of `otherwise` too) may be the length of the program: its end.
  | { readonly op: 'jump'; readonly target: number; readonly condition: Condition | undefined }
  | { readonly op: 'fail'; readonly reason: Text }

/** A group of ours, or any URI. */
export type CallTarget =
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'uri'; readonly uri: Text }

export interface HeaderText {
  readonly name: string
  readonly value: Text
}

export interface MessagePattern {
  readonly method: string | undefined
  readonly status: Expected | undefined
  /** Regular expressions over a header, the body or the whole message; groups are stored under the names given. */
  readonly captures: readonly {
    readonly name: string
    readonly where: 'header' | 'body' | 'message'
    readonly header: string | undefined
    readonly pattern: RegExp | undefined
  }[]
  readonly require: readonly {
    readonly where: 'header' | 'body' | 'message'
    readonly header: string | undefined
    readonly pattern: RegExp
  }[]
}

export type Condition =
  | {
      readonly kind: 'compare'
      readonly left: Text
      readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>='
      readonly right: Text
    }
  | { readonly kind: 'chance'; readonly probability: number }
  /** Counts whenever it is asked; holds while the count is below, and then starts anew. */
  | { readonly kind: 'counter'; readonly name: string; readonly below: number }
