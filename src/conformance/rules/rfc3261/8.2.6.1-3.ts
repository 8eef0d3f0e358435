import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.6.1-3',
  title: 'A 100 response has the Timestamp of the request.',
  on: 'response',
  statuses: [100],
  applies: (response) => requestOf(response)?.sip.has('Timestamp') === true,
  check: (response) => {
    const sent = requestOf(response)?.sip.get('Timestamp')?.split(/\s/)[0]
    const echoed = response.sip.get('Timestamp')?.split(/\s/)[0]
    return echoed === sent ? pass : violation(`Timestamp of the request is ${sent}`, at(response, 'Timestamp'))
  },
})
