import { acknowledged } from '../../dialog-vocabulary.js'
import { at } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

const fields = ['Authorization', 'Proxy-Authorization']

export const rule = defineRule({
  id: '3261-13.2.2-7',
  title: 'The ACK has the credentials of the INVITE.',
  on: 'dialogRequest',
  methods: ['ACK'],
  applies: (dialog) => fields.some((name) => acknowledged(dialog)?.invite.sip.has(name)),
  check: (dialog) => {
    const invite = acknowledged(dialog)?.invite
    if (invite === undefined) return inapplicable
    const name = fields.find((each) => invite.sip.getAll(each).join() !== dialog.request.sip.getAll(each).join())
    return name === undefined
      ? pass
      : violation(`${name} is not that of the INVITE`, at(dialog.request, name), at(invite, name))
  },
})
