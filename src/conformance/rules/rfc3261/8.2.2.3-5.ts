import { at } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'
import { tokens } from '../../vocabulary.js'

export const rule = defineRule({
  id: '3261-8.2.2.3-5',
  title: 'The ACK of a 2xx requires nothing that its INVITE did not require.',
  on: 'dialogRequest',
  methods: ['ACK'],
  applies: ({ request, creation }) => request.sip.cseq === creation.request.sip.cseq,
  check: ({ request, creation }) => {
    for (const name of ['Require', 'Proxy-Require']) {
      const added = tokens(request, name).find((tag) => !tokens(creation.request, name).includes(tag))
      if (added !== undefined)
        return violation(`the INVITE did not require ${added}`, at(request, name, added), at(creation.request, name))
    }
    return pass
  },
})
