import { defineRule } from '../../rule.js'
import { lacks } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.3-4',
  title: 'A response to REGISTER has no Record-Route.',
  on: 'response',
  methods: ['REGISTER'],
  check: (response) => lacks(response, 'Record-Route'),
})
