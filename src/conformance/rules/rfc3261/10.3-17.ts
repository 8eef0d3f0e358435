import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { requestOf } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-10.3-17',
  title: 'A registrar refuses Contact: * with other contacts or with another Expires than 0.',
  on: 'response',
  methods: ['REGISTER'],
  statuses: [2, 3, 4, 5, 6],
  applies: (response) => {
    const sip = requestOf(response)?.sip
    const contacts = sip?.list('Contact') ?? []
    return contacts.includes('*') && (contacts.length > 1 || sip?.get('Expires') !== '0')
  },
  check: (response) => (response.status < 300 ? violation('the request was accepted', startLine(response)) : pass),
})
