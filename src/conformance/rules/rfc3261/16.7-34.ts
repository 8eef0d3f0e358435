import { at, startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'
import { challengesOf } from '../../vocabulary.js'

const isChallenge = (status: number): boolean => status === 401 || status === 407

export const rule = defineRule({
  id: '3261-16.7-34',
  title: 'A proxy passes on the challenges of all branches in one response.',
  on: 'proxied',
  party: 'proxy',
  applies: ({ outbound, final }) =>
    isChallenge(final?.status ?? 0) && outbound.filter((each) => isChallenge(each.final?.status ?? 0)).length > 1,
  check: ({ outbound, final }) => {
    if (final === undefined) return inapplicable
    const sent = challengesOf(final).map(({ value }) => value)
    for (const { final: received } of outbound) {
      if (received === undefined || !isChallenge(received.status) || received.atMs > final.atMs) continue
      const lost = challengesOf(received).find(({ value }) => !sent.includes(value))
      if (lost !== undefined)
        return violation('a challenge is missing', startLine(final), at(received, lost.name, lost.value))
    }
    return pass
  },
})
