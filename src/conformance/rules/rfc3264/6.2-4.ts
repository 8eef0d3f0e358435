import { accepted } from '../../media-vocabulary.js'
import type { MediaDescription } from '../../model/description.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3264-6.2-4',
  title: 'A multicast stream is answered with its packet time and bandwidth.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => accepted(exchange).some(([offer]) => offer.isMulticast),
  check: (exchange) => {
    const bandwidth = (media: MediaDescription): string =>
      media.lines
        .filter(({ type }) => type === 'b')
        .map(({ value }) => value)
        .join()
    const wrong = accepted(exchange).find(
      ([offer, answer]) =>
        offer.isMulticast &&
        (answer.attribute('ptime') !== offer.attribute('ptime') || bandwidth(answer) !== bandwidth(offer)),
    )
    return wrong === undefined
      ? pass
      : violation(
          'packet time or bandwidth differ',
          inBody(exchange.answer, `m=${wrong[1].media}`),
          inBody(exchange.offer, `m=${wrong[0].media}`),
        )
  },
})
