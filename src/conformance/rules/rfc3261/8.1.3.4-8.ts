import { sameUri } from '../../../sip/message/uri-comparison.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { redirectionBefore, urisOf } from '../../vocabulary.js'

const bare = (uri: string): string => uri.replace(/\?.*$/, '').replace(/;method=[^;]*/i, '')

export const rule = defineRule({
  id: '3261-8.1.3.4-8',
  title: 'The request that follows a redirection has the Contact URI as Request-URI.',
  on: 'transaction',
  party: 'client',
  // RFC 3261 21.3.4: 305 names a proxy, through which the same request goes.
  applies: (transaction) => (redirectionBefore(transaction)?.final?.status ?? 305) !== 305,
  check: (transaction) => {
    const response = redirectionBefore(transaction)?.final
    const { request } = transaction
    const contacts = response === undefined ? [] : urisOf(response, 'Contact').map(bare)
    if (
      response === undefined ||
      contacts.length === 0 ||
      contacts.some((contact) => sameUri(contact, request.sip.requestUri))
    )
      return pass
    return violation(
      'the Request-URI is none of the contacts',
      startLine(request, request.sip.requestUri),
      at(response, 'Contact'),
    )
  },
})
