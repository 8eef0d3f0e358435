import type { Address } from '../../model/address.js'
import type { CapturedMessage } from '../captured-message.js'
import { dropOldest } from '../drop-oldest.js'
import { OctetHash } from '../octet-hash.js'
import { type Octets, textOf } from '../octets.js'
import { bodyStart, CallHead, describesAudio } from './call-head.js'
import type { CapturedMediaCall } from './captured-rtp.js'
import { MediaAddresses } from './media-addresses.js'
import { audioDescriptions, type MediaDescription, type MediaFormat } from './media-description.js'

/** Calls of which the descriptions are kept; the oldest go first. */
const mostCalls = 50_000
/** Packets that were under way when the BYE came. */
const lingerMs = 1000

/** What one end of a call last described. */
interface Side {
  readonly address: Address
  media: readonly MediaDescription[]
}

/** What a media address is for. */
interface Described {
  readonly callId: string
  readonly media: MediaDescription
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
  readonly source: Address
  readonly destination: Address
  readonly firstMs: number
  readonly lastMs: number
  readonly packets: number
}

const [letterA, letterB, letterS, letterZ, digit2, space] = [0x41, 0x42, 0x53, 0x5a, 0x32, 0x20] as const

/** A BYE, or a response that may be a 2xx: by its first octets, where they are the usual ones. */
function mayAnswerOrEnd({ memory, start }: Octets): boolean {
  const first = memory[start] ?? 0
  if (first === letterS) return memory[start + 8] === digit2 || memory[start + 7] !== space
  return first === letterB || first < letterA || first > letterZ
}

const noMedia: readonly MediaDescription[] = []
const isAt = ({ address }: Side, { host, port }: Address): boolean => address.port === port && address.host === host
const keyOf = ({ host, port }: Address): string => `${host} ${port}`

/** Ties media addresses to calls by the session descriptions of their messages. */
export class MediaCalls {
  readonly #head = new CallHead()
  readonly #hash = new OctetHash()
  /** By a hash of the Call-ID: one on each hop. */
  readonly #calls = new Map<number, Call[]>()
  /** Call of each media address; the latest description counts. */
  readonly #byAddress = new MediaAddresses<Described>(mostCalls)

  /** Takes a SIP message in the order of the capture. */
  receive(message: CapturedMessage): void {
    const octets = message.octets ?? { memory: message.bytes, start: 0, end: message.bytes.length }
    const describes = describesAudio(octets)
    // Most messages say nothing of media, and are not looked at any further.
    if (!describes && !mayAnswerOrEnd(octets)) return
    const head = this.#head
    head.read(octets)
    const bodyAt = describes ? bodyStart(octets) : 0
    const media = bodyAt > 0 ? audioDescriptions(textOf(octets, bodyAt, octets.end)) : noMedia
    const answersCall = head.isAnswer && head.isInvite === true
    if (head.isInvite === undefined || head.callIdEnd === 0) return
    if (!answersCall && !head.isBye && media.length === 0) return
    const call = this.#find(octets, message, head.isInvite && !head.isResponse)
    if (call === undefined) return
    const side = isAt(call.sides[0], message.source) ? call.sides[0] : call.sides[1]
    if (media.length > 0) this.#describe(call, side, media)
    if (answersCall) call.answeredMs ??= message.atMs
    if (head.isBye) call.endedMs ??= message.atMs
  }

  /** Call-ID of a media address. */
  callOf(address: Address): string | undefined {
    return this.#byAddress.get(address)?.callId
  }

  /** What a payload type means at a media address. */
  formatAt(address: Address, payloadType: number): MediaFormat | undefined {
    return this.#byAddress.get(address)?.media.formats.get(payloadType)
  }

  /** Whether payloads from or to a media address are encrypted. */
  isEncrypted(address: Address): boolean {
    return this.#byAddress.get(address)?.media.encrypted === true
  }

  /** Calls that ended before a time, judged by the media that passed; they are then forgotten. */
  settle(endedBeforeMs: number, passed: readonly PassedMedia[]): CapturedMediaCall[] {
    const isOver = ({ endedMs }: Call): boolean => (endedMs ?? Number.POSITIVE_INFINITY) < endedBeforeMs
    const over: Call[] = []
    for (const [number, calls] of this.#calls) {
      if (!calls.some(isOver)) continue
      const ended = calls.filter(isOver)
      over.push(...ended)
      if (ended.length === calls.length) this.#calls.delete(number)
      else
        this.#calls.set(
          number,
          calls.filter((call) => !isOver(call)),
        )
    }
    for (const call of over)
      for (const { media } of call.sides) for (const description of media) this.#forget(call, description)
    return judge(over, passed)
  }

  /** All calls that are left. */
  end(passed: readonly PassedMedia[]): CapturedMediaCall[] {
    return judge([...this.#calls.values()].flat(), passed)
  }

  #find(octets: Octets, { source, destination }: CapturedMessage, begins: boolean): Call | undefined {
    const { callIdStart, callIdEnd } = this.#head
    this.#hash.reset()
    this.#hash.addOctets(octets.memory, callIdStart, callIdEnd)
    const number = this.#hash.value
    const calls = this.#calls.get(number)
    const known = calls?.find(({ sides: [a, b] }) =>
      isAt(a, source) ? isAt(b, destination) : isAt(a, destination) && isAt(b, source),
    )
    if (known !== undefined || !begins) return known
    const callId = calls?.[0]?.callId ?? textOf(octets, callIdStart, callIdEnd)
    const sides = [
      { address: source, media: noMedia },
      { address: destination, media: noMedia },
    ] as const
    const call: Call = { callId, sides, answeredMs: undefined, endedMs: undefined }
    if (calls === undefined) this.#calls.set(number, [call])
    else calls.push(call)
    dropOldest(this.#calls, mostCalls)
    return call
  }

  /** The address may be another call's by now. */
  #forget(call: Call, description: MediaDescription): void {
    if (this.#byAddress.get(description)?.callId === call.callId) this.#byAddress.delete(description)
  }

  #describe(call: Call, side: Side, media: readonly MediaDescription[]): void {
    side.media = media
    for (const description of media) this.#byAddress.set(description, { callId: call.callId, media: description })
  }
}

/** Every answered call, in the order of their INVITEs. */
function judge(calls: readonly Call[], passed: readonly PassedMedia[]): CapturedMediaCall[] {
  const answered = calls.filter(({ answeredMs }) => answeredMs !== undefined)
  if (answered.length === 0) return []
  const bySource = groupBy(passed, ({ source }) => keyOf(source))
  const byDestination = groupBy(passed, ({ destination }) => keyOf(destination))
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
  if (bySource.size === 0) return 0
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
