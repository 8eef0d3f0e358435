import { sameUri } from '../../../sip/message/uri-comparison.js'
import { mayChangeFrom } from '../../dialog-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-1',
  title: 'The To URI of a request in a dialog is the remote URI.',
  on: 'dialogRequest',
  applies: (dialog) => !mayChangeFrom(dialog),
  check: ({ request, creation, byCaller }) => {
    const remote = byCaller ? creation.request.sip.to.uri : creation.request.sip.from.uri
    return sameUri(request.sip.to.uri, remote) ? pass : violation(`the remote URI is ${remote}`, at(request, 'To'))
  },
})
