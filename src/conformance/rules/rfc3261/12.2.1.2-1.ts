import { goesToTarget } from '../../dialog-vocabulary.js'
import { isRetargeted, isStrict, lastTargetOf, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.1.2-1',
  title: 'A 2xx to INVITE or UPDATE with another Contact changes where requests go.',
  on: 'dialogRequest',
  applies: (dialog) =>
    isRetargeted(dialog) && lastTargetOf(dialog)?.isRequest === false && !isStrict(routeSetOf(dialog)),
  check: (dialog) => goesToTarget(dialog),
})
