import { sameUri } from '../../../sip/message/uri-comparison.js'
import { mayChangeFrom } from '../../dialog-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.1-15',
  title: 'Requests of the callee have From and To of the INVITE exchanged.',
  on: 'dialogRequest',
  applies: (dialog) => !dialog.byCaller && !mayChangeFrom(dialog),
  check: ({ request, creation }) => {
    if (!sameUri(request.sip.to.uri, creation.request.sip.from.uri))
      return violation('the To URI is not the From URI of the caller', at(request, 'To'), at(creation.request, 'From'))
    return sameUri(request.sip.from.uri, creation.request.sip.to.uri)
      ? pass
      : violation('the From URI is not the To URI of the caller', at(request, 'From'), at(creation.request, 'To'))
  },
})
