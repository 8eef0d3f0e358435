import { boundFields } from '../../field-tables.js'
import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-T2-02',
  title: 'A response that is not what a field is for does not have it.',
  on: 'response',
  check: (response) => {
    const wrong = boundFields.find(
      ({ name, statuses }) => response.sip.has(name) && !statuses.includes(response.status),
    )
    return wrong === undefined
      ? pass
      : violation(`${wrong.name} is for ${wrong.statuses.join(', ')}`, at(response, wrong.name))
  },
})
