import { acceptedTags, acknowledgesAll } from '../../dialog-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.2-5',
  title: 'A 2xx to an INVITE is acknowledged.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: (transaction) => transaction.request.isFirstHop && acceptedTags(transaction).length > 0,
  check: (transaction) => acknowledgesAll(transaction, acceptedTags(transaction).slice(0, 1)),
})
