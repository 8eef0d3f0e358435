import { goesToTarget } from '../../dialog-vocabulary.js'
import { isRetargeted, isStrict, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.2-6',
  title: 'The caller sends requests to the Contact of the callee.',
  on: 'dialogRequest',
  applies: (dialog) =>
    dialog.byCaller && dialog.establishing.status >= 200 && !isStrict(routeSetOf(dialog)) && !isRetargeted(dialog),
  check: (dialog) => goesToTarget(dialog),
})
