import { rightTags, tagsAt } from '../../dialog-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.2.1.1-2',
  title: 'The To tag of a request in a dialog is the remote tag.',
  on: 'transaction',
  party: 'client',
  applies: (transaction) => tagsAt(transaction) !== undefined,
  check: (transaction) => rightTags(transaction, 'remote'),
})
