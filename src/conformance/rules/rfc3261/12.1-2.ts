import { dialogMakers } from '../../model/dialog-makers.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-12.1-2',
  title: 'A response that makes a dialog has both tags.',
  on: 'response',
  methods: dialogMakers,
  statuses: [2],
  check: (response) => {
    if (response.sip.fromTag === '') return violation('From has no tag', at(response, 'From'))
    return response.sip.toTag === '' ? violation('To has no tag', at(response, 'To')) : pass
  },
})
