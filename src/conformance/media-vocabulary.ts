import type { Description, Direction, MediaDescription } from './model/description.js'
import { answered, type Exchange, offered, type Revision } from './model/exchange.js'
import type { ObservedMessage } from './model/observed-message.js'
import { inBody } from './point.js'
import { type Judgement, pass, violation } from './rule.js'

/** Words about session descriptions that the rules are written in. */

/** Each offered stream with the one at its place in the answer. */
export const pairs = (exchange: Exchange): readonly (readonly [MediaDescription, MediaDescription | undefined])[] =>
  offered(exchange).media.map((media, index) => [media, answered(exchange).media[index]] as const)

/** Those of which neither side has turned down. */
export const accepted = (exchange: Exchange): readonly (readonly [MediaDescription, MediaDescription])[] =>
  pairs(exchange).flatMap(([offer, answer]) =>
    answer === undefined || answer.port === 0 || offer.isOff || offer.media !== answer.media
      ? []
      : [[offer, answer] as const],
  )

/** RFC 8827: DTLS-SRTP with feedback, as browsers offer it. */
export const isWebRtc = ({ protocol }: MediaDescription): boolean => protocol === 'UDP/TLS/RTP/SAVPF'

/** Streams offered with this direction are answered with one of these. */
export function answersDirection(exchange: Exchange, offer: Direction, answers: readonly Direction[]): Judgement {
  const wrong = accepted(exchange).find(
    ([theirs, ours]) => !theirs.isMulticast && theirs.direction === offer && !answers.includes(ours.direction),
  )
  if (wrong === undefined) return pass
  const [theirs, ours] = wrong
  return violation(
    `${offer} is answered with ${ours.direction}`,
    inBody(exchange.answer, ours.attribute(ours.direction) === undefined ? `m=${ours.media}` : `a=${ours.direction}`),
    inBody(exchange.offer, theirs.attribute(offer) === undefined ? `m=${theirs.media}` : `a=${offer}`),
  )
}

/** A payload type from 96 on that no a=rtpmap explains (RFC 3551 3). */
export const unmapped = (media: MediaDescription): string | undefined =>
  media.isRtp ? media.formats.find((format) => Number(format) >= 96 && media.encoding(format) === undefined) : undefined

const withoutOrigin = ({ text }: Description): string => text.replace(/^o=.*$/m, '')

/** Something but the o= line is another. */
export const changed = ({ message, before }: Revision): boolean =>
  withoutOrigin(message.description!) !== withoutOrigin(before.description!)

/** RFC 8866 5: the lines that must be there, and their form. */
export function wellFormed(message: ObservedMessage): Judgement {
  const { description } = message
  if (description === undefined) return pass
  const [malformed] = description.malformed
  if (malformed !== undefined) return violation('a line is not of the form x=value', inBody(message, malformed))
  const missing = ['v', 'o', 's', 't'].find((type) => description.values(type).length === 0)
  if (missing !== undefined) return violation(`there is no ${missing}= line`, inBody(message))
  if (description.origin === undefined) return violation('o= has not six parts', inBody(message, 'o='))
  const nameless = description.media.find(({ port, protocol }) => port < 0 || protocol === '')
  if (nameless !== undefined)
    return violation('an m= line has no port or protocol', inBody(message, `m=${nameless.media}`))
  const homeless = description.media.find(({ connection }) => connection === undefined)
  return homeless === undefined ? pass : violation('a stream has no c= line', inBody(message, `m=${homeless.media}`))
}
