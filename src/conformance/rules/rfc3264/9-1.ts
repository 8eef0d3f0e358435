import { wellFormed } from '../../media-vocabulary.js'
import { defineRule } from '../../rule.js'

export const rule = defineRule({
  id: '3264-9-1',
  title: 'The description in a response to OPTIONS is a valid one.',
  on: 'response',
  methods: ['OPTIONS'],
  applies: ({ description }) => description !== undefined,
  check: (response) => wellFormed(response),
})
