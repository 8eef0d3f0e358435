import { describe, expect, it, vi } from 'vitest'
import { LoadBench, twoGroups } from './bench.js'

const talk = 'flows: { talk: [{ call: { from: caller, to: callee } }, wait 1s, hang up] }\n'
const outcomes = (bench: LoadBench) => bench.records.map(({ outcome, asMeant }) => `${outcome}${asMeant ? '' : ' !'}`)

describe('a load of calls between our phones', () => {
  it('places each call when the curve wants it and records both legs', async () => {
    const bench = new LoadBench(`${twoGroups(10, 10)}${talk}load: { rate: 4/s, calls: 8 }`)
    await bench.run()
    expect(outcomes(bench)).toEqual(Array<string>(8).fill('completed'))
    expect(bench.records.map(({ intendedMs }) => intendedMs - 1000)).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750])
    for (const record of bench.records) {
      expect(record).toMatchObject({ flow: 'talk', caller: 'caller', callee: 'callee', status: 200, reason: '' })
      expect(record.legs.map(({ role, group }) => `${role} ${group}`)).toEqual(['caller caller', 'callee callee'])
      expect(record.legs[0]?.callId).toBe(record.legs[1]?.callId)
      expect(record.byeAnsweredMs).toBeGreaterThan(record.answeredMs ?? 0)
    }
    expect(bench.attempts).toBe(8)
    expect(bench.driver.inProgress).toBe(0)
  })

  it('lets calls wait for phones, and ends when the last of them is over', async () => {
    const bench = new LoadBench(`${twoGroups(1, 1)}${talk}load: { rate: 20/s, calls: 4 }`)
    await bench.run(10_000)
    expect(outcomes(bench)).toEqual(Array<string>(4).fill('completed'))
    expect(bench.driver.pools.starvation.map(({ group }) => group)).toContain('caller')
    const lags = bench.records.map(({ inviteMs, intendedMs }) => (inviteMs ?? 0) - intendedMs)
    expect(lags[3]).toBeGreaterThan(2_500)
  })

  it('makes no more calls while 10,000 wait for a phone, and each of the others later', async () => {
    const talk = 'flows: { talk: [{ call: { from: caller, to: callee } }, hang up] }\n'
    const groups = twoGroups(100, 100, '[answer]', ', calls at once: 50').replace(
      'when called',
      'calls at once: 50\n    when called',
    )
    const bench = new LoadBench(`${groups}${talk}load: { rate: 10000/s, calls: 30000 }`)
    // Nothing arrives while the far side is away: its phones keep their calls, and 25,000 want one.
    bench.away = true
    bench.start()
    await bench.pass(3000)
    expect(bench.driver.pools.starvation).toEqual([{ group: 'caller', times: bench.driver.inProgress - 5000 }])
    expect(bench.driver.inProgress).toBe(15_000)
    bench.away = false
    for (let passedMs = 0; passedMs < 60_000 && !bench.over; passedMs += 50) await bench.pass(50)
    expect(bench.records.map(({ outcome }) => outcome)).toEqual(Array<string>(30_000).fill('completed'))
    expect(bench.mostInProgress).toBe(15_000)
    expect(new Set(bench.records.map(({ number }) => number)).size).toBe(30_000)
  })

  it('starts late calls a few at a time, and hears in between what has arrived', async () => {
    const bench = new LoadBench(`${twoGroups(100, 100)}${talk}load: { rate: 10000/s, calls: 100 }`)
    const turnMs = bench.clock.nowMs.bind(bench.clock)
    let spentMs = 0
    vi.spyOn(bench.clock, 'nowMs').mockImplementation(() => turnMs() + spentMs)
    const turns = new Map<number, number>()
    // A machine that needs a millisecond for each start, where ten are meant to start in one.
    bench.attempt = () => {
      spentMs++
      turns.set(turnMs(), (turns.get(turnMs()) ?? 0) + 1)
    }
    await bench.run()
    expect(outcomes(bench)).toEqual(Array<string>(100).fill('completed'))
    expect(Math.max(...turns.values())).toBeLessThanOrEqual(5)
    expect(turns.size).toBeGreaterThanOrEqual(20)
  })

  it('does not block for ever when calls in both directions want the same phones', async () => {
    const flows =
      'flows: { there: [{ call: { from: caller, to: callee } }, hang up], back: [{ call: { from: callee, to: caller } }, hang up] }\n'
    const bench = new LoadBench(
      `${twoGroups(1, 1, '[answer]', ', when called: [answer]')}${flows}load: { rate: 50/s, calls: 30 }`,
    )
    await bench.run(20_000)
    expect(outcomes(bench)).toEqual(Array<string>(30).fill('completed'))
  })

  it('calls within one group take two phones of it', async () => {
    const flows = 'flows: { own: [{ call: { from: caller, to: caller } }, hang up] }\n'
    const bench = new LoadBench(
      `${twoGroups(2, 1, '[answer]', ', when called: [answer]')}${flows}load: { rate: 50/s, calls: 6 }`,
    )
    await bench.run(20_000)
    expect(outcomes(bench)).toEqual(Array<string>(6).fill('completed'))
    for (const { legs } of bench.records) expect(legs[0]?.agent).not.toBe(legs[1]?.agent)
  })

  it('a phone that has several calls at once keeps them apart', async () => {
    const groups = twoGroups(6, 1).replace('when called', 'calls at once: 6\n    when called')
    const bench = new LoadBench(`${groups}${talk}load: { rate: 1000/s, calls: 6 }`)
    await bench.run()
    expect(bench.records).toHaveLength(6)
    for (const { legs } of bench.records) {
      expect(legs).toHaveLength(2)
      expect(legs[0]?.callId).toBe(legs[1]?.callId)
    }
  })

  it('one walk that calls again and again uses the phones that it has', async () => {
    const flows = `flows:
  again:
    - repeat: { times: 5, steps: [{ call: { from: caller, to: callee } }, hang up] }
`
    const bench = new LoadBench(`${twoGroups(1, 1)}${flows}load: { rate: 1/s, calls: 1 }`)
    await bench.run(5_000)
    expect(outcomes(bench)).toEqual(Array<string>(5).fill('completed'))
    expect(new Set(bench.records.map(({ callId }) => callId)).size).toBe(5)
  })

  it('shares the flows by weight, the same for the same seed', async () => {
    const flows = `flows: { one: [{ call: { from: caller, to: callee } }, hang up], two: [{ call: { from: caller, to: callee } }, hang up] }\n`
    const names = async (): Promise<string[]> => {
      const bench = new LoadBench(
        `${twoGroups(10, 10)}${flows}load: { flows: { one: 80%, two: 20% }, rate: 50/s, calls: 200 }`,
      )
      await bench.run()
      return [...bench.records].sort((a, b) => a.number - b.number).map(({ flow }) => flow)
    }
    const first = await names()
    const share = first.filter((name) => name === 'one').length
    expect(share).toBeGreaterThan(140)
    expect(share).toBeLessThan(180)
    expect(await names()).toEqual(first)
  })
})

describe('the closed model', () => {
  it('keeps as many calls in progress as the curve says, and never more', async () => {
    const bench = new LoadBench(`${twoGroups(20, 20)}${talk}load: { concurrent: 5, for: 10s }`)
    await bench.run()
    expect(bench.mostInProgress).toBe(5)
    expect(bench.records.length).toBeGreaterThan(40)
    expect(bench.records.length).toBeLessThan(55)
  })

  it('ends after the number of calls that it was given', async () => {
    const bench = new LoadBench(`${twoGroups(20, 20)}${talk}load: { concurrent: 5, for: 60s, calls: 12 }`)
    await bench.run(20_000)
    expect(bench.records).toHaveLength(12)
  })
})

describe('the limits of a load', () => {
  it('hold for calls that waited for a phone as well as for those that were repeated', async () => {
    const flows = `flows:
  again:
    - repeat: { times: 3, steps: [{ call: { from: caller, to: callee } }, wait 20ms, hang up] }
`
    const limits = 'limits: { calls per second: 10/s }\n'
    const bench = new LoadBench(`${twoGroups(4, 4)}${flows}${limits}load: { rate: 8/s, for: 3s }`)
    await bench.run()
    const times = bench.invites.map(({ atMs }) => atMs)
    expect(times).toHaveLength(72)
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(10)
  })

  it('keep calls to other numbers from being sent', async () => {
    const bench = new LoadBench(
      `${twoGroups(2, 4)}${talk}limits: { numbers: ["200", "201"] }\nload: { rate: 5/s, calls: 4 }`,
    )
    await bench.run()
    expect(outcomes(bench).sort()).toEqual(['completed', 'completed', 'unexpected !', 'unexpected !'])
    expect(bench.invites).toHaveLength(2)
  })

  it('hold for raw INVITEs and for transfers', async () => {
    const raw = `flows:
  raw:
    - send: { as: caller, message: "INVITE sip:999@lab.test SIP/2.0" }
`
    const limits = 'limits: { numbers: ["200"] }\n'
    const first = new LoadBench(`${twoGroups(1, 1)}${raw}${limits}load: { rate: 1/s, calls: 1 }`)
    await first.run()
    expect(first.invites).toEqual([])
    expect(first.records[0]).toMatchObject({ outcome: 'unexpected', reason: expect.stringContaining('"999"') })
    const transfer =
      'flows: { t: [{ call: { from: caller, to: callee } }, { transfer: { to: "sip:999@lab.test" } }] }\n'
    const second = new LoadBench(`${twoGroups(1, 1)}${transfer}${limits}load: { rate: 1/s, calls: 1 }`)
    await second.run()
    expect(second.sent.filter(({ method }) => method === 'REFER')).toEqual([])
    expect(second.records[0]).toMatchObject({ outcome: 'unexpected' })
  })
})

describe('an interruption', () => {
  it('hangs up calls that are up, cancels those that ring, and forgets those that wait', async () => {
    const flows = `flows:
  long: [{ call: { from: caller, to: callee } }, wait 60s, hang up]
`
    const whenCalled = '[{ chance: { of: 50%, do: [never answer] } }, answer]'
    const bench = new LoadBench(`${twoGroups(3, 3, whenCalled)}${flows}load: { rate: 10/s, calls: 6 }`)
    bench.start()
    await bench.pass(2_000)
    expect(bench.driver.inProgress).toBe(6)
    bench.driver.interrupt()
    await bench.pass(500)
    expect(bench.over).toBe(true)
    expect(bench.records).toHaveLength(3)
    for (const record of bench.records) {
      expect(record).toMatchObject({ outcome: 'interrupted', asMeant: false })
      expect([200, 487]).toContain(record.status)
    }
    expect(bench.invites).toHaveLength(3)
    expect(bench.driver.inProgress).toBe(0)
  })
})

describe('a load without flows', () => {
  const answering = `
agents:
  callee: { count: 2, identity: "sip:\${200 + n}@lab.test", register: false, media: none, when called: [answer] }
`

  it('ends when its time is over', async () => {
    const bench = new LoadBench(`${answering}load: { for: 3s }`, { expects: '' })
    bench.start()
    await bench.pass(2_900)
    expect(bench.over).toBe(false)
    await bench.pass(200)
    expect(bench.over).toBe(true)
  })
})
