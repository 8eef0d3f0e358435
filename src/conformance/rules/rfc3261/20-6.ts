import { mandatoryInResponse } from '../../field-tables.js'
import { defineRule } from '../../rule.js'
import { carries } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-20-6',
  // Those of 401, 405, 407, 415, 420, 421 and 423 have statements of their own.
  title: 'A response has the fields that the tables make mandatory for its method and code.',
  on: 'response',
  methods: ['SUBSCRIBE', 'NOTIFY', 'PUBLISH'],
  statuses: [2, 489],
  applies: ({ method, status }) => mandatoryInResponse(method, status).length > 0,
  check: (response) => carries(response, ...mandatoryInResponse(response.method, response.status)),
})
