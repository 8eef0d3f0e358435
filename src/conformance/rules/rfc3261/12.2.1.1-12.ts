import { routeSetOf } from '../../model/dialog-request.js'
import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-12',
  title: 'Without a route set there is no Route.',
  on: 'dialogRequest',
  applies: (dialog) => dialog.establishing.status >= 200 && routeSetOf(dialog).length === 0,
  check: ({ request }) => lacks(request, 'Route'),
})
