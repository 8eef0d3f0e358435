import { acceptedTags, acknowledgesAll } from '../../dialog-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.2-4',
  title: 'Each fork that answers with a 2xx gets an ACK with its own tag.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'client',
  needs: ['at-client'],
  applies: (transaction) => transaction.request.isFirstHop && acceptedTags(transaction).length > 1,
  check: (transaction) => acknowledgesAll(transaction, acceptedTags(transaction).slice(1)),
})
