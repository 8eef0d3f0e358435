import { sameUri } from '../../../sip/message/uri-comparison.js'
import type { HopTransaction } from '../../model/hop-transaction.js'
import { at, startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { urisOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-16.7-7',
  title: 'A proxy that follows a redirection itself does not pass it on.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ outbound }) => followed(outbound) !== undefined,
  check: ({ outbound, final }) => {
    const redirection = followed(outbound)?.final
    if (redirection === undefined || final === undefined) return inconclusive('no final response is seen')
    return final.status === redirection.status && final.sip.has('Contact')
      ? violation('the contacts are passed on', startLine(final), at(redirection, 'Contact'))
      : pass
  },
})

/** A branch that was redirected to the target of a later one. */
const followed = (outbound: readonly HopTransaction[]): HopTransaction | undefined =>
  outbound.find(({ final }) => {
    if (final === undefined || Math.floor(final.status / 100) !== 3) return false
    const contacts = urisOf(final, 'Contact')
    return outbound.some(
      ({ request }) => request.atMs > final.atMs && contacts.some((uri) => sameUri(uri, request.sip.requestUri)),
    )
  })
