import { acknowledged, hasPrack } from '../../dialog-vocabulary.js'
import { inBody, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.1-9',
  // An ACK that answers nothing is the sign: the offer came in neither of the messages that may carry it.
  title: 'The first session description of an INVITE is in the INVITE or in its first reliable non-failure response.',
  on: 'dialogRequest',
  methods: ['ACK'],
  applies: (dialog) => acknowledged(dialog) !== undefined,
  check: (dialog) => {
    const { invite, accepted } = acknowledged(dialog) ?? {}
    if (invite === undefined || accepted === undefined || hasPrack(dialog.creation.conversation)) return pass
    return dialog.request.description !== undefined &&
      invite.description === undefined &&
      accepted.description === undefined
      ? violation('the first description is in the ACK', inBody(dialog.request), startLine(accepted))
      : pass
  },
})
