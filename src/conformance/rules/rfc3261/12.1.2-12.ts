import { sameUri } from '../../../sip/message/uri-comparison.js'
import { mayChangeFrom } from '../../dialog-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.2-12',
  title: 'Requests of the caller have From and To of the INVITE.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.byCaller && !mayChangeFrom(dialog),
  check: ({ request, creation }) => {
    for (const name of ['To', 'From'] as const) {
      const [now, first] =
        name === 'To' ? [request.sip.to, creation.request.sip.to] : [request.sip.from, creation.request.sip.from]
      if (!sameUri(now.uri, first.uri))
        return violation(`the ${name} URI has changed`, at(request, name), at(creation.request, name))
    }
    return pass
  },
})
