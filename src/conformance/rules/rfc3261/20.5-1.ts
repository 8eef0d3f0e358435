import type { DialogRequest } from '../../model/dialog-request.js'
import type { ObservedMessage } from '../../model/observed-message.js'
import { at, startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-20.5-1',
  title: 'Allow lists every method that the user agent accepts.',
  on: 'dialogRequest',
  party: 'server',
  applies: (dialog) =>
    dialog.request.method !== 'ACK' &&
    dialog.transaction.accepted?.isOriginal === true &&
    peerAllow(dialog) !== undefined,
  check: (dialog) => {
    const allow = peerAllow(dialog)
    const { method } = dialog.request
    return allow === undefined || allow.sip.list('Allow').some((each) => each.toUpperCase() === method)
      ? pass
      : violation(
          `${method} is accepted and not listed`,
          at(allow, 'Allow'),
          startLine(dialog.transaction.accepted ?? allow),
        )
  },
})

/** What the peer of the sender said when the dialog was made. */
function peerAllow({ byCaller, establishing, creation }: DialogRequest): ObservedMessage | undefined {
  const message = byCaller ? establishing : creation.request
  return message.sip.has('Allow') && message.isOriginal ? message : undefined
}
