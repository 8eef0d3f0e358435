import { parseNameAddr } from '../../../sip/message/name-addr.js'
import { grantedFor } from '../../dialog-vocabulary.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.3-22',
  title: 'A registrar grants no more time than Expires asks for, where the contact has no parameter.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2],
  applies: (response) => requestOf(response)?.sip.has('Expires') === true && asked(response).length > 0,
  check: (response) => {
    const wanted = Number(requestOf(response)?.sip.get('Expires'))
    for (const { uri } of asked(response)) {
      const granted = grantedFor(response, uri)
      if (granted !== undefined && granted > wanted)
        return violation(`${wanted} s were asked for, ${granted} s are granted`, at(response, 'Contact'))
    }
    return pass
  },
})

const asked = (response: ObservedMessage) =>
  (requestOf(response)?.sip.list('Contact') ?? [])
    .map(parseNameAddr)
    .filter(({ uri, params }) => uri !== '*' && !params.has('expires'))
