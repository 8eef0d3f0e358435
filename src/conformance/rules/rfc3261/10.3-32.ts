import { parseNameAddr } from '../../../sip/message/name-addr.js'
import { parseUri } from '../../../sip/message/uri.js'
import { sameUri } from '../../../sip/message/uri-comparison.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { requestOf, urisOf } from '../../vocabulary.js'

const userOf = (uri: string): string => parseUri(uri)?.user ?? ''

export const rule = defineRule({
  id: '3261-10.3-32',
  title: 'The 200 of REGISTER lists the bindings, the new one too.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2],
  applies: (response) => added(response).length > 0,
  check: (response) => {
    const listed = urisOf(response, 'Contact')
    for (const uri of added(response)) {
      if (listed.some((each) => sameUri(each, uri))) continue
      // A proxy between may have put a reachable address into the contact.
      if (listed.some((each) => userOf(each) === userOf(uri))) return inconclusive('the contact has another address')
      return violation(`${uri} is not listed`, at(response, 'Contact'))
    }
    return pass
  },
})

const added = (response: ObservedMessage): readonly string[] => {
  const sip = requestOf(response)?.sip
  const expires = sip?.get('Expires') ?? '3600'
  return (sip?.list('Contact') ?? [])
    .map(parseNameAddr)
    .filter(({ uri, params }) => uri !== '*' && Number(params.get('expires') ?? expires) > 0)
    .map(({ uri }) => uri)
}
