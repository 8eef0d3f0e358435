import { sameUri } from '../../../sip/message/uri-comparison.js'
import { mayChangeFrom } from '../../dialog-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-3',
  title: 'The From URI of a request in a dialog is the local URI.',
  on: 'dialogRequest',
  applies: (dialog) => !mayChangeFrom(dialog),
  check: ({ request, creation, byCaller }) => {
    const local = byCaller ? creation.request.sip.from.uri : creation.request.sip.to.uri
    return sameUri(request.sip.from.uri, local) ? pass : violation(`the local URI is ${local}`, at(request, 'From'))
  },
})
