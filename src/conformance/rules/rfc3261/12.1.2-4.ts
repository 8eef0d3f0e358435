import { followsRouteSet } from '../../dialog-vocabulary.js'
import { isStrict, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.2-4',
  title: 'Requests of the caller have the Record-Route values of the 2xx in reverse order as Route.',
  on: 'dialogRequest',
  applies: (dialog) =>
    dialog.byCaller &&
    dialog.establishing.status >= 200 &&
    routeSetOf(dialog).length > 0 &&
    !isStrict(routeSetOf(dialog)),
  check: (dialog) => followsRouteSet(dialog),
})
