import type { Exchange, SipEntry } from '../exchange.js'
import { inapplicable, inconclusive, lenient, type ProbeVerdict, pass, violation } from '../judgement.js'
import type { TortureMessage } from './torture-message.js'

/** Labels of the message, and of OPTIONS before and after it. */
export const labels = { before: 'before', torture: 'torture', after: 'afterwards' } as const

/**
 * What came back for the message at the wire that carries nothing else: by that alone, since fields that are malformed
 * need not come back as they were.
 */
export function reactions(exchange: Exchange): readonly SipEntry[] {
  const method = exchange.sent(labels.torture)?.message.method
  const ofCleaning = ['CANCEL', 'BYE'].filter((each) => each !== method)
  return exchange
    .received('caller')
    .filter(({ message }) => !message.isRequest && !ofCleaning.includes(message.cseqMethod))
}

/** The final response to the last try, or a provisional one where no other came. */
export function reaction(exchange: Exchange): SipEntry | undefined {
  const afterMs = exchange.sent(labels.torture)?.atMs ?? 0
  const all = reactions(exchange).filter(({ atMs }) => atMs >= afterMs)
  return all.find(({ message }) => message.status >= 200) ?? all.at(-1)
}

/** Conforming and lenient reactions pass; `deviating` and `failing` begin what is found of others. */
export const judge =
  (torture: TortureMessage) =>
  (exchange: Exchange): ProbeVerdict => {
    const sent = exchange.sent(labels.torture)
    if (sent === undefined) return inapplicable('the conversation did not come that far')
    if (exchange.status(labels.after) === 0) {
      return violation('failing: OPTIONS is not answered any more', sent, exchange.sent(labels.after))
    }
    const found = reaction(exchange)
    if (torture.expects.isResponse === true) {
      return found === undefined ? pass : violation('deviating: a response is answered', sent, found)
    }
    return found === undefined ? ofSilence(torture, exchange, sent) : ofAnswer(torture, exchange, found)
  }

function ofSilence({ expects }: TortureMessage, exchange: Exchange, sent: SipEntry): ProbeVerdict {
  const closed = exchange.event('caller', 'closed')
  if (closed !== undefined && expects.mayClose) return lenient('lenient: the connection is closed without an answer')
  if (expects.leadsAway) return inconclusive('no answer: it may have gone where its Request-URI leads')
  return violation('deviating: no answer', sent, closed)
}

function ofAnswer({ expects }: TortureMessage, exchange: Exchange, found: SipEntry): ProbeVerdict {
  const { status } = found.message
  const sent = exchange.sent(labels.torture)
  const surplus = reactions(exchange).find(({ message }) => message.cseqMethod !== sent?.message.cseqMethod)
  if (expects.once && surplus !== undefined) {
    return violation('deviating: what follows the message is answered too', sent, surplus)
  }
  if (expects.conforming(status)) return pass
  if (expects.lenient?.(status)) return lenient(`lenient: answered ${status}`)
  if (expects.before?.(status)) return inapplicable(`it does not come to the point: ${status}`)
  return violation(`deviating: answered ${status}`, sent, found)
}
