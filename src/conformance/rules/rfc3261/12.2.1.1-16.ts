import { sameUri } from '../../../sip/message/uri-comparison.js'
import { gapIn, isStrict, remoteTargetsOf, routeSetOf } from '../../model/dialog-request.js'
import { at } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'
import { uriOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-16',
  title: 'With a strict router first, the remote target is the last Route.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.establishing.status >= 200 && isStrict(routeSetOf(dialog)),
  check: (dialog) => {
    const last = uriOf(dialog.request.sip.list('Route').at(-1) ?? '')
    const doubt = gapIn(dialog)
    if (remoteTargetsOf(dialog).some((target) => sameUri(last, target))) return pass
    return doubt === undefined
      ? violation('the last Route is not the remote target', at(dialog.request, 'Route', last))
      : inconclusive(doubt)
  },
})
