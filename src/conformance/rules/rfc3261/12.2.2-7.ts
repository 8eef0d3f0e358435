import { goesToTarget } from '../../dialog-vocabulary.js'
import { isRetargeted, isStrict, lastTargetOf, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.2-7',
  title: 'An INVITE or UPDATE with another Contact changes where requests go.',
  on: 'dialogRequest',
  applies: (dialog) =>
    isRetargeted(dialog) && lastTargetOf(dialog)?.isRequest === true && !isStrict(routeSetOf(dialog)),
  check: (dialog) => goesToTarget(dialog),
})
