import { accepted } from '../../media-vocabulary.js'
import type { MediaDescription } from '../../model/description.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

/** RFC 4867 8.1, RFC 6184 8.2.2: parameters that hold in both directions. */
const symmetric = ['octet-align', 'packetization-mode']

const parameter = (media: MediaDescription, format: string, name: string): string | undefined =>
  media.lines
    .find(({ type, value }) => type === 'a' && value.startsWith(`fmtp:${format} `))
    ?.value.split(/[ ;]+/)
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1)

export const rule = defineRule({
  id: '3264-6.1-19',
  title: 'A format parameter that holds in both directions has the same value in offer and answer.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) =>
    accepted(exchange).some(([offer]) =>
      offer.formats.some((format) => symmetric.some((name) => parameter(offer, format, name) !== undefined)),
    ),
  check: (exchange) => {
    for (const [offer, answer] of accepted(exchange)) {
      for (const format of answer.formats.filter((each) => offer.encoding(each) === answer.encoding(each))) {
        const wrong = symmetric.find((name) => {
          const [theirs, ours] = [parameter(offer, format, name), parameter(answer, format, name)]
          return theirs !== undefined && ours !== undefined && theirs !== ours
        })
        if (wrong !== undefined)
          return violation(
            `${wrong} differs`,
            inBody(exchange.answer, `a=fmtp:${format}`),
            inBody(exchange.offer, `a=fmtp:${format}`),
          )
      }
    }
    return pass
  },
})
