import { sameEnd } from '../../model/observed-message.js'
import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-14.1-4',
  title: 'A user agent sends no INVITE in a dialog while another one of its own is pending.',
  on: 'dialogRequest',
  methods: ['INVITE'],
  needs: ['at-client'],
  check: ({ request, creation }) => {
    const pending = creation.conversation.transactions.find(
      ({ method, request: other, requests, final }) =>
        method === 'INVITE' &&
        other !== request &&
        sameEnd(other.source, request.source) &&
        other.sip.fromTag === request.sip.fromTag &&
        (other.sip.toTag === request.sip.toTag || other === creation.request) &&
        other.atMs < request.atMs &&
        requests.every(({ atMs }) => atMs < request.atMs) &&
        final !== undefined &&
        final.atMs > request.atMs,
    )
    return pending === undefined
      ? pass
      : violation('the INVITE before has no final response yet', startLine(request), startLine(pending.request))
  },
})
