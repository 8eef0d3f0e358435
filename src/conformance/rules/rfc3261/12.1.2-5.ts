import { routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.1.2-5',
  title: 'The caller sends no Route when the 2xx had no Record-Route.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.byCaller && dialog.establishing.status >= 200 && routeSetOf(dialog).length === 0,
  check: ({ request }) => lacks(request, 'Route'),
})
