import { goesToTarget } from '../../dialog-vocabulary.js'
import { isRetargeted, isStrict, routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.1-9',
  title: 'The callee sends requests to the Contact of the caller.',
  on: 'dialogRequest',
  applies: (dialog) => !dialog.byCaller && !isStrict(routeSetOf(dialog)) && !isRetargeted(dialog),
  check: (dialog) => goesToTarget(dialog),
})
