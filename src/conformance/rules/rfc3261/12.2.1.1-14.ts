import { requestUriOf } from '../../../sip/dialog/route-set.js'
import { sameUri } from '../../../sip/message/uri-comparison.js'
import { isStrict, routeSetOf } from '../../model/dialog-request.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-14',
  title: 'With a strict router first, it is the Request-URI.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.establishing.status >= 200 && isStrict(routeSetOf(dialog)),
  check: (dialog) => {
    const first = uriOf(routeSetOf(dialog)[0] ?? '')
    return sameUri(dialog.request.sip.requestUri, requestUriOf(first))
      ? pass
      : violation(`the first route is ${first}`, startLine(dialog.request, dialog.request.sip.requestUri))
  },
})
