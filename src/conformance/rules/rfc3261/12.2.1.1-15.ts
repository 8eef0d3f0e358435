import { isStrict, routeSetOf } from '../../model/dialog-request.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { sameAddresses } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-15',
  title: 'With a strict router first, Route has the others in order.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.establishing.status >= 200 && isStrict(routeSetOf(dialog)),
  check: (dialog) =>
    sameAddresses(dialog.request.sip.list('Route').slice(0, -1), routeSetOf(dialog).slice(1))
      ? pass
      : violation('Route is not the rest of the route set', at(dialog.request, 'Route')),
})
