import { wellFormed } from '../../media-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3264-5-1',
  title: 'A session description has the lines that RFC 8866 wants, each of the form x=value.',
  on: 'message',
  methods: ['INVITE', 'ACK', 'PRACK', 'UPDATE'],
  applies: ({ description }) => description !== undefined,
  check: (message) => wellFormed(message),
})
