import { parseNameAddr } from '../../../sip/message/name-addr.js'
import { grantedFor } from '../../dialog-vocabulary.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.3-21',
  title: 'A registrar grants no more time than the expires parameter of the contact asks for.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2],
  applies: (response) => asked(response).length > 0,
  check: (response) => {
    for (const { uri, params } of asked(response)) {
      const granted = grantedFor(response, uri)
      const wanted = Number(params.get('expires'))
      if (granted !== undefined && granted > wanted)
        return violation(`${wanted} s were asked for, ${granted} s are granted`, at(response, 'Contact'))
    }
    return pass
  },
})

const asked = (response: ObservedMessage) =>
  (requestOf(response)?.sip.list('Contact') ?? []).map(parseNameAddr).filter(({ params }) => params.has('expires'))
