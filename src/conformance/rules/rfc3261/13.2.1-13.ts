import { acknowledged, hasPrack } from '../../dialog-vocabulary.js'
import { inBody, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-13.2.1-13',
  title: 'An offer in a 2xx is answered in the ACK.',
  on: 'dialogRequest',
  methods: ['ACK'],
  applies: (dialog) => {
    const { invite, accepted } = acknowledged(dialog) ?? {}
    return invite !== undefined && invite.description === undefined && accepted?.description !== undefined
  },
  check: (dialog) => {
    if (dialog.request.description !== undefined) return pass
    if (hasPrack(dialog.creation.conversation)) return inapplicable
    const accepted = acknowledged(dialog)?.accepted
    return violation(
      'the ACK has no session description',
      startLine(dialog.request),
      ...(accepted ? [inBody(accepted, 'm=')] : []),
    )
  },
})
