import { rightTags, tagsAt } from '../../dialog-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.2-10',
  title: 'Requests of the caller have its own tag in From and the tag of the callee in To.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) => tagsAt(transaction)?.byCaller === true,
  check: (transaction) => rightTags(transaction, 'both'),
})
