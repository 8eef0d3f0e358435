import { followsRouteSet, goesToTarget } from '../../dialog-vocabulary.js'
import { isStrict, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-13',
  title: 'With a loose router first, the Request-URI is the remote target and Route the route set.',
  on: 'dialogRequest',
  applies: (dialog) =>
    dialog.establishing.status >= 200 && routeSetOf(dialog).length > 0 && !isStrict(routeSetOf(dialog)),
  check: (dialog) => {
    const routed = followsRouteSet(dialog)
    return routed.verdict === 'pass' ? goesToTarget(dialog) : routed
  },
})
