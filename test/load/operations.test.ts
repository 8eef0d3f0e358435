import { describe, expect, it } from 'vitest'
import type { CallRecord } from '../../src/model/record.js'
import { LoadBench, twoGroups } from './bench.js'

interface Case {
  readonly what: string
  readonly steps: string
  readonly whenCalled?: string
  readonly expected: Partial<Record<keyof CallRecord, unknown>>
}

const cases: readonly Case[] = [
  {
    what: 'call and hang up',
    steps: '[CALL, hang up]',
    expected: { outcome: 'completed', asMeant: true, status: 200 },
  },
  {
    what: 'hang up by callee',
    steps: '[CALL, hang up by callee]',
    expected: { outcome: 'completed', asMeant: true },
  },
  {
    what: 'a rejection that nobody expected',
    steps: '[CALL, hang up]',
    whenCalled: '[reject 486]',
    expected: { outcome: 'rejected', asMeant: false, status: 486 },
  },
  {
    what: 'a rejection that was expected',
    steps: '[{ call: { from: caller, to: callee, expect: 486 } }]',
    whenCalled: '[reject 486]',
    expected: { outcome: 'rejected', asMeant: true, status: 486, reason: '' },
  },
  {
    what: 'an answer where a rejection was expected',
    steps: '[{ call: { from: caller, to: callee, expect: 4xx } }]',
    expected: { outcome: 'unexpected', asMeant: false, reason: 'answered 200 where 4xx was expected' },
  },
  {
    what: 'cancel after',
    steps: '[{ call: { from: caller, to: callee, cancel after: 200ms } }]',
    whenCalled: '[never answer]',
    expected: { outcome: 'cancelled', asMeant: true, status: 487 },
  },
  {
    what: 'patience that ends',
    steps: '[{ call: { from: caller, to: callee, answer within: 300ms } }, hang up]',
    whenCalled: '[never answer]',
    expected: { outcome: 'timeout', asMeant: false },
  },
  {
    what: 'a far side that hangs up first',
    steps: '[CALL, wait 5s, hang up]',
    whenCalled: '[answer, wait 1s, hang up]',
    expected: { outcome: 'dropped', asMeant: false, reason: 'the far side hung up during "wait"' },
  },
  {
    what: 'hold, resume and UPDATE',
    steps: '[CALL, hold 200ms, { hold: { for: 200ms, by: callee, method: update } }, hang up]',
    expected: { outcome: 'completed', asMeant: true },
  },
  {
    what: 'INFO within the call and digits as INFO',
    steps: '[CALL, { dtmf: { digits: "12#", method: info } }, { expect dtmf: { digits: "12#" } }, hang up]',
    expected: { outcome: 'completed', asMeant: true },
  },
  {
    what: 'digits that never come',
    steps: '[CALL, { expect dtmf: { digits: "9", within: 500ms } }, hang up]',
    expected: { outcome: 'unexpected', reason: 'DTMF "9" was expected, "" was received' },
  },
  {
    what: 'DTMF in RTP without media',
    steps: '[CALL, { dtmf: "1" }, hang up]',
    expected: { outcome: 'media', asMeant: false },
  },
  {
    what: 'repeat, if and set',
    steps:
      '[CALL, { set: { turns: "" } }, { repeat: { times: 3, steps: [{ set: { turns: "${turns}x" } }] } }, { if: { when: "${turns} == xxx", do: [{ fail: "three times for ${caller} to ${callee}" }] } }, hang up]',
    expected: { outcome: 'unexpected', reason: 'three times for 100 to 200' },
  },
  {
    what: 'the final status as a variable',
    steps:
      '[{ call: { from: caller, to: callee, expect: [200, 486] } }, { if: { when: "${status} == 486", do: [{ fail: "busy" }] } }]',
    whenCalled: '[reject 486]',
    expected: { outcome: 'unexpected', reason: 'busy' },
  },
  {
    what: 'numbers of the first agent in a flow, of its own in when called',
    steps: '[CALL, hang up]',
    whenCalled: '[{ if: { when: "${caller} == ${100 + n}", do: [answer], else: [reject 500] } }]',
    expected: { outcome: 'completed' },
  },
]

const call = '{ call: { from: caller, to: callee } }'

async function walk(steps: string, whenCalled = '[answer]'): Promise<LoadBench> {
  const flow = steps.replaceAll('CALL', call)
  const bench = new LoadBench(`${twoGroups(1, 1, whenCalled)}flows: { f: ${flow} }\nload: { rate: 1/s, calls: 1 }`)
  await bench.run()
  return bench
}

describe('a flow with', () => {
  it.each(cases)('$what', async ({ steps, whenCalled, expected }) => {
    const { records, driver } = await walk(steps, whenCalled)
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject(expected)
    expect(driver.inProgress).toBe(0)
  })
})

describe('a flow without a call', () => {
  it('sends a message as it is written, takes what comes back, and is recorded as one exchange', async () => {
    const steps = `
  f:
    - send:
        as: caller
        message: |
          OPTIONS sip:200@lab.test SIP/2.0
          Via: SIP/2.0/[transport] [local];branch=[branch]
          Max-Forwards: 70
          From: <sip:\${100 + n}@lab.test>;tag=[tag]
          To: <sip:200@lab.test>
          Call-ID: [call_id]
          CSeq: [cseq] OPTIONS
          Content-Length: [len]

          grüße
    - receive: { as: caller, status: 200, within: 1s, capture: { allow: "header Allow" } }
    - if: { when: "\${allow} == none", do: [{ fail: none }] }
`
    const bench = new LoadBench(`${twoGroups(1, 1)}flows:${steps}load: { rate: 1/s, calls: 1 }`)
    await bench.run()
    expect(bench.records[0]).toMatchObject({ outcome: 'completed', asMeant: true, exchange: true, status: 200 })
    expect(bench.records[0]?.inviteMs).toBe(1000)
    const sent = bench.sent[0]
    expect(sent?.from.uri).toBe('sip:100@lab.test')
    // Bytes and not characters: two letters take two bytes each.
    expect(sent?.get('Content-Length')).toBe(String(sent?.body.length))
    expect(sent?.body.length).toBeGreaterThanOrEqual(7)
    expect(sent?.topVia.branch).toMatch(/^z9hG4bK/)
  })

  it('fails when what it waits for does not come', async () => {
    const steps = '[{ receive: { as: caller, request: OPTIONS, within: 200ms } }]'
    const { records } = await walk(steps)
    expect(records[0]).toMatchObject({
      outcome: 'unexpected',
      exchange: true,
      reason: expect.stringContaining('OPTIONS'),
    })
  })

  it('sends requests outside any dialog and judges their answers', async () => {
    const good = await walk('[{ options: { from: caller, to: "sip:200@lab.test" } }]')
    expect(good.records[0]).toMatchObject({ outcome: 'completed', asMeant: true, status: 200 })
    const bad = await walk('[{ options: { from: caller, to: "sip:200@lab.test", expect: 404 } }]')
    expect(bad.records[0]).toMatchObject({ outcome: 'unexpected', reason: 'OPTIONS met 200 where 404 was expected' })
  })
})
