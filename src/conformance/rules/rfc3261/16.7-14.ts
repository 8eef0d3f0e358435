import { startLine } from '../../point.js'
import { defineRule, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.7-14',
  title: 'A proxy starts no new branch after a 6xx.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound }) => outbound.some(({ final }) => (final?.status ?? 0) >= 600),
  check: ({ outbound }) => {
    const refusal = outbound.find(({ final }) => (final?.status ?? 0) >= 600)?.final
    const late = outbound.find(({ request }) => refusal !== undefined && request.atMs > refusal.atMs)
    return late === undefined || refusal === undefined
      ? pass
      : violation('a branch starts after it', startLine(late.request), startLine(refusal))
  },
})
