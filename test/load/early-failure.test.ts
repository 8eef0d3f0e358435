import { expect, it } from 'vitest'
import { LoadBench, twoGroups } from './bench.js'

it.each([
  [
    'a request before the call is answered otherwise than expected',
    '{ options: { from: caller, to: "sip:200@lab.test", expect: 404 } }',
    'OPTIONS met 200 where 404 was expected',
    'caller',
  ],
  ['the flow says so before anybody has acted', 'fail not today', 'not today', ''],
])('a walk that fails before its call is counted as one that failed: %s', async (_what, step, reason, caller) => {
  const bench = new LoadBench(`${twoGroups(1, 1)}
flows:
  talk:
    - ${step}
    - call: { from: caller, to: callee }
    - hang up
load: { flow: talk, rate: 10/s, calls: 2 }`)
  await bench.run()
  expect(bench.attempts).toBe(2)
  expect(bench.records.map((record) => [record.outcome, record.asMeant, record.reason, record.caller])).toEqual(
    Array(2).fill(['unexpected', false, reason, caller]),
  )
  expect(bench.invites).toEqual([])
})

it('a text of a request may tell the number of the phone that sends it', async () => {
  const bench = new LoadBench(`${twoGroups(2, 1)}
flows:
  talk:
    - message: { from: caller, to: "sip:\${200 + 0}@lab.test", text: "I am \${n}" }
    - call: { from: caller, to: callee }
    - hang up
load: { flow: talk, rate: 1/s, calls: 2 }`)
  await bench.run()
  const texts = bench.sent.filter(({ method }) => method === 'MESSAGE').map(({ bodyText }) => bodyText)
  expect(texts).toEqual(['I am 0', 'I am 1'])
  expect(bench.records.map(({ outcome }) => outcome)).toEqual(['completed', 'completed'])
})
