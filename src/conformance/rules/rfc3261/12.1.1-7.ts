import { followsRouteSet } from '../../dialog-vocabulary.js'
import { isStrict, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.1-7',
  title: 'Requests of the callee have the Record-Route values of the INVITE as Route.',
  on: 'dialogRequest',
  applies: (dialog) => !dialog.byCaller && routeSetOf(dialog).length > 0 && !isStrict(routeSetOf(dialog)),
  check: (dialog) => followsRouteSet(dialog),
})
