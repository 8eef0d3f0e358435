import { goesToTarget } from '../../dialog-vocabulary.js'
import { routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-11',
  title: 'Without a route set the Request-URI is the remote target.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.establishing.status >= 200 && routeSetOf(dialog).length === 0,
  check: (dialog) => goesToTarget(dialog),
})
