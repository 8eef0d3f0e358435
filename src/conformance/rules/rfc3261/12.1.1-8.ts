import { routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.1.1-8',
  title: 'The callee sends no Route when the request that made the dialog had no Record-Route.',
  on: 'dialogRequest',
  applies: (dialog) => !dialog.byCaller && routeSetOf(dialog).length === 0,
  check: ({ request }) => lacks(request, 'Route'),
})
