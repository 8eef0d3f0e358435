import type { Address } from '../../model/address.js'
import type { CapturedMessage } from '../captured-message.js'
import { dropOldest } from '../drop-oldest.js'
import type { CapturedMediaCall } from './captured-rtp.js'
import { audioDescriptions, type MediaDescription, type MediaFormat, ownText } from './media-description.js'

/** Calls of which the descriptions are kept; the oldest go first. */
const mostCalls = 50_000
/** Packets that were under way when the BYE came. */
const lingerMs = 1000

/** What one end of a call last described. */
interface Side {
  readonly address: Address
  media: readonly MediaDescription[]
}

/** One call on one hop. */
interface Call {
  readonly callId: string
  /** Sender of the INVITE first. */
  readonly sides: readonly [Side, Side]
  answeredMs: number | undefined
  endedMs: number | undefined
}

/** RTP packets of a stream, for those who count what passed between two media addresses. */
export interface PassedMedia {
  readonly source: string
  readonly destination: string
  readonly firstMs: number
  readonly lastMs: number
  readonly packets: number
}

const callIdLine = /\r\n(?:Call-ID|i)[ \t]*:[ \t]*([^\r\n]*\S)/i
const cseqLine = /\r\nCSeq[ \t]*:[ \t]*\d+[ \t]+([A-Z]+)/i
const headEnd = '\r\n\r\n'
const answer = /^\s*SIP\/\S+ +2/i
const response = /^\s*SIP\//i
const byeRequest = /^\s*BYE /
const keyOf = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host} ${port}`

/** Ties media addresses to calls by the session descriptions of their messages. */
export class MediaCalls {
  readonly #calls = new Map<string, Call>()
  /** Call of each media address; the latest description counts. */
  readonly #byAddress = new Map<string, { readonly callId: string; readonly media: MediaDescription }>()

  /** Takes a SIP message in the order of the capture. */
  receive({ bytes, source, destination, atMs }: CapturedMessage): void {
    const bodyAt = bytes.indexOf(headEnd)
    const head = bytes.toString('latin1', 0, bodyAt < 0 ? bytes.length : bodyAt)
    const answers = answer.test(head)
    const ends = byeRequest.test(head)
    const media = bodyAt < 0 ? [] : audioDescriptions(bytes.subarray(bodyAt + headEnd.length))
    if (!answers && !ends && media.length === 0) return
    const method = cseqLine.exec(head)?.[1]
    const callId = ownText(callIdLine.exec(head)?.[1])
    if (callId === undefined || method === undefined) return
    const call = this.#find(callId, source, destination, method === 'INVITE' && !response.test(head))
    if (call === undefined) return
    const side = call.sides.find(({ address }) => keyOf(address) === keyOf(source))
    if (side && media.length > 0) this.#describe(call, side, media)
    if (answers && method === 'INVITE') call.answeredMs ??= atMs
    if (ends) call.endedMs ??= atMs
  }

  /** Call-ID of a media address, as `host port`. */
  callOf(address: string): string | undefined {
    return this.#byAddress.get(address)?.callId
  }

  /** What a payload type means at a media address. */
  formatAt(address: string, payloadType: number): MediaFormat | undefined {
    return this.#byAddress.get(address)?.media.formats.get(payloadType)
  }

  /** Whether payloads from or to a media address are encrypted. */
  isEncrypted(address: string): boolean {
    return this.#byAddress.get(address)?.media.encrypted === true
  }

  /** Calls that ended before a time, judged by the media that passed; they are then forgotten. */
  settle(endedBeforeMs: number, passed: readonly PassedMedia[]): CapturedMediaCall[] {
    const over = [...this.#calls].filter(([, { endedMs }]) => (endedMs ?? Number.POSITIVE_INFINITY) < endedBeforeMs)
    for (const [key, call] of over) {
      this.#calls.delete(key)
      for (const { media } of call.sides) for (const description of media) this.#forget(call, description)
    }
    return judge(
      over.map(([, call]) => call),
      passed,
    )
  }

  /** All calls that are left. */
  end(passed: readonly PassedMedia[]): CapturedMediaCall[] {
    return judge([...this.#calls.values()], passed)
  }

  #find(callId: string, source: Address, destination: Address, begins: boolean): Call | undefined {
    const [from, to] = [keyOf(source), keyOf(destination)]
    const key = from < to ? `${callId} ${from} ${to}` : `${callId} ${to} ${from}`
    const known = this.#calls.get(key)
    if (known !== undefined || !begins) return known
    const sides = [
      { address: source, media: [] },
      { address: destination, media: [] },
    ] as const
    const call: Call = { callId, sides, answeredMs: undefined, endedMs: undefined }
    this.#calls.set(key, call)
    dropOldest(this.#calls, mostCalls)
    return call
  }

  /** The address may be another call's by now. */
  #forget(call: Call, description: MediaDescription): void {
    const key = keyOf(description)
    if (this.#byAddress.get(key)?.callId === call.callId) this.#byAddress.delete(key)
  }

  #describe(call: Call, side: Side, media: readonly MediaDescription[]): void {
    side.media = media
    for (const description of media) {
      const key = keyOf(description)
      this.#byAddress.delete(key)
      this.#byAddress.set(key, { callId: call.callId, media: description })
    }
    dropOldest(this.#byAddress, 2 * mostCalls)
  }
}

/** Every answered call, in the order of their INVITEs. */
function judge(calls: readonly Call[], passed: readonly PassedMedia[]): CapturedMediaCall[] {
  const answered = calls.filter(({ answeredMs }) => answeredMs !== undefined)
  if (answered.length === 0) return []
  const bySource = groupBy(passed, ({ source }) => source)
  const byDestination = groupBy(passed, ({ destination }) => destination)
  return answered.map((call) => {
    const [caller, callee] = call.sides
    const packetsFromCaller = countOf(call, caller, callee, bySource, byDestination)
    const packetsFromCallee = countOf(call, callee, caller, bySource, byDestination)
    return {
      callId: call.callId,
      caller: caller.address,
      callee: callee.address,
      answeredMs: call.answeredMs ?? 0,
      endedMs: call.endedMs,
      packetsFromCaller,
      packetsFromCallee,
      heard: verdictOf(call, packetsFromCaller, packetsFromCallee, passed.length > 0),
    }
  })
}

function groupBy(passed: readonly PassedMedia[], keyOfOne: (one: PassedMedia) => string): Map<string, PassedMedia[]> {
  const groups = new Map<string, PassedMedia[]>()
  for (const one of passed) {
    const key = keyOfOne(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

/** Packets from the sender's media address, or to the receiver's, while the call was up. */
function countOf(
  call: Call,
  sender: Side,
  receiver: Side,
  bySource: ReadonlyMap<string, readonly PassedMedia[]>,
  byDestination: ReadonlyMap<string, readonly PassedMedia[]>,
): number {
  const streams = new Set<PassedMedia>()
  for (const description of sender.media) for (const one of bySource.get(keyOf(description)) ?? []) streams.add(one)
  for (const description of receiver.media)
    for (const one of byDestination.get(keyOf(description)) ?? []) streams.add(one)
  const untilMs = (call.endedMs ?? Number.POSITIVE_INFINITY) + lingerMs
  let packets = 0
  for (const one of streams) {
    if (one.lastMs >= (call.answeredMs ?? 0) && one.firstMs <= untilMs) packets += one.packets
  }
  return packets
}

function verdictOf(call: Call, fromCaller: number, fromCallee: number, anyMedia: boolean): CapturedMediaCall['heard'] {
  if (fromCaller > 0 && fromCallee > 0) return 'both'
  if (!anyMedia || call.sides.some(({ media }) => media.length === 0)) return 'unjudged'
  const [caller, callee] = call.sides
  const agreed = (sender: Side, receiver: Side): boolean =>
    sender.media.some(({ sends, port }) => sends && port > 0) &&
    receiver.media.some(({ receives, port }) => receives && port > 0)
  const missing = [fromCaller === 0 && agreed(caller, callee), fromCallee === 0 && agreed(callee, caller)]
  if (!missing.includes(true)) return 'as-agreed'
  return fromCaller === 0 && fromCallee === 0 ? 'silent' : 'one-way'
}
