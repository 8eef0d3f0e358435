import { startLine } from '../../point.js'
import { defineRule, inconclusive, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-16.7-13',
  title: 'A proxy passes on a 2xx at once: no other final response follows it.',
  on: 'proxied',
  methods: ['INVITE'],
  party: 'proxy',
  applies: ({ outbound }) => outbound.some(({ accepted }) => accepted !== undefined),
  check: ({ outbound, final, finals }) => {
    const accepted = outbound.find(({ accepted: each }) => each !== undefined)?.accepted
    if (accepted === undefined || final === undefined) return inconclusive('the 2xx may be missing in the capture')
    if (finals.some(({ status }) => status < 300)) return pass
    return final.atMs > accepted.atMs
      ? violation(`a 2xx came, ${final.status} was sent`, startLine(final), startLine(accepted))
      : inconclusive('the 2xx may be missing in the capture')
  },
})
