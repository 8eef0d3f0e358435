import { rightTags, tagsAt } from '../../dialog-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1.1-13',
  title: 'Requests of the callee have its own tag in From and the tag of the caller in To.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) => tagsAt(transaction)?.byCaller === false,
  check: (transaction) => rightTags(transaction, 'both'),
})
