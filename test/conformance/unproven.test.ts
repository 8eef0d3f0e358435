import { describe, expect, test } from 'vitest'
import { readFlow } from './flow.js'
import { inspect } from './inspect.js'
import { all, change, insert, type Mutation } from './mutation.js'

/** The request, by its Call-ID, with which the server shows that it implements RFC 3581: it asks for rport itself. */
const ownRequest: Mutation = insert(
  1,
  900,
  (text) =>
    text
      .replace(/^OPTIONS \S+/, 'OPTIONS sip:alice@10.0.0.1')
      .replace(/^Via:.*$/m, 'Via: SIP/2.0/UDP 10.0.0.2:5060;rport;branch=z9hG4bK-n0'),
  { from: '10.0.0.2:5060', to: '10.0.0.1:5060' },
)

const copied = change(2, ';rport=5060;received=10.0.0.1', ';rport')

const verdictsOf = (mutate: Mutation): object =>
  Object.fromEntries(
    inspect(mutate(readFlow('nat')))
      .filter(({ rule, element }) => ['3581-4-1', '3581-4-2'].includes(rule) && element.startsWith('10.0.0.2'))
      .map(({ rule, counts }) => [rule, { violation: counts.violation, inconclusive: counts.inconclusive }]),
  )

describe('a server that copies rport as it came', () => {
  test('may be one of RFC 3261 alone, for which it is a parameter that it does not know', () => {
    const inconclusive = { violation: 0, inconclusive: 1 }
    expect(verdictsOf(copied)).toEqual({ '3581-4-1': inconclusive, '3581-4-2': inconclusive })
  })

  test('breaks RFC 3581 when it asks for rport itself', () => {
    const violation = { violation: 1, inconclusive: 0 }
    expect(verdictsOf(all(copied, ownRequest))).toEqual({ '3581-4-1': violation, '3581-4-2': violation })
  })
})
