import { isWebRtc, pairs } from '../../media-vocabulary.js'
import { answered } from '../../model/exchange.js'
import { inBody } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { isWebSocket } from '../../vocabulary.js'

export const rule = defineRule({
  id: '7118-D-47',
  title: 'A WebRTC offer is answered with DTLS, ICE and the multiplexing that was offered.',
  on: 'exchange',
  party: 'answerer',
  applies: (exchange) => isWebSocket(exchange.answer) && pairs(exchange).some(([offer]) => isWebRtc(offer)),
  check: (exchange) => {
    for (const [offer, answer] of pairs(exchange)) {
      if (!isWebRtc(offer) || answer === undefined || answer.isOff) continue
      if (answer.protocol !== offer.protocol)
        return violation(`${offer.protocol} was offered`, inBody(exchange.answer, `m=${answer.media}`))
      const session = answered(exchange)
      const missing = ['fingerprint', 'setup', 'ice-ufrag', 'ice-pwd'].find(
        (name) =>
          answer.attribute(name) === undefined && !session.values('a').some((value) => value.startsWith(`${name}:`)),
      )
      if (missing !== undefined)
        return violation(`a=${missing} is missing`, inBody(exchange.answer, `m=${answer.media}`))
    }
    return pass
  },
})
