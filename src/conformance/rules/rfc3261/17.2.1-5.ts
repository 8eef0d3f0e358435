import type { HopTransaction } from '../../model/hop-transaction.js'
import { startLine } from '../../point.js'
import { defineRule, inapplicable, pass, violation } from '../../rule.js'

export const rule = defineRule({
  id: '3261-17.2.1-5',
  title: 'A copy of the INVITE is answered with the last provisional response.',
  on: 'transaction',
  methods: ['INVITE'],
  party: 'server',
  needs: ['at-server'],
  applies: (transaction) => repeatedProvisional(transaction) !== undefined,
  check: (transaction) => {
    const { last, next } = repeatedProvisional(transaction) ?? {}
    if (last === undefined || next === undefined) return inapplicable
    return next.status >= last.status || next.status > 100
      ? pass
      : violation(`it is answered with ${next.status} after ${last.status}`, startLine(next), startLine(last))
  },
})

/** The last provisional response before a copy of the INVITE, and the first one after it. */
function repeatedProvisional({ requests, responses }: HopTransaction) {
  const copy = requests.find(({ atMs }) => responses.some((response) => response.atMs < atMs))
  if (copy === undefined) return undefined
  const last = responses.findLast(({ atMs, status }) => atMs < copy.atMs && status < 200)
  const next = responses.find(({ atMs, status }) => atMs >= copy.atMs && status < 200)
  return last === undefined || next === undefined ? undefined : { last, next }
}
