import { beforeAll, expect, test } from 'vitest'
import type { Packet } from '../peers/captured-packets.js'
import { prepareRuns } from '../peers/prepared-runs.js'
import { describeAsRoot, first, isStatus, type Network, percent, startNetwork, startsWith } from './network.js'
import { Conversation } from './sipp-conversation.js'
import { answerSipp, callSipp, type Pairing, story } from './sipp-pair.js'
import {
  ackOfRefusal,
  answerKept,
  inviteBranch,
  receiveAnswer,
  receiveInvite,
  request,
  requestByCaller,
  respond,
  scenarioOf,
  sdp,
  variantOf,
} from './sipp-scenario.js'

/** T1 is short so that 64*T1 is 6.4 s. T4 is what Timers I and K wait for copies. */
const shortTimers = 't1: 100ms, t2: 800ms, t4: 500ms'
const GIVE_UP_MS = 6400
/** Timers A, B: doubled each time. */
const doubled = [100, 200, 400, 800, 1600, 3200]
/** Timers E and G, and a 2xx that waits for its ACK: doubled up to T2. */
const doubledToT2 = [100, 200, 400, 800, 800, 800, 800, 800, 800, 800]
/** A busy machine may be late by this, less than the next step of any series; it is never early. */
const LATE_MS = 190
/** They mostly wait. */
const PAIRS_AT_ONCE = 7

interface Row extends Pairing {
  readonly run: typeof callSipp
  readonly check: (seen: Conversation) => void
  /** Our count of calls by outcome. */
  readonly outcome?: Readonly<Record<string, number>>
  /** SIPp itself cannot succeed: it hears nothing, or not enough. */
  readonly sippFails?: boolean
}

const gaps = (packets: readonly Packet[]): number[] =>
  packets.slice(1).map(({ atMs }, i) => atMs - (packets[i]?.atMs ?? 0))

/** Copies of one message, so far apart. */
function expectCopies(packets: readonly Packet[], wantedMs: readonly number[]): void {
  expect(new Set(packets.map(({ text }) => text)).size).toBe(1)
  const found = gaps(packets)
  expect(found.map(Math.round)).toHaveLength(wantedMs.length)
  for (const [i, wanted] of wantedMs.entries()) {
    expect(found[i], `gap ${i} of ${found.map(Math.round)}`).toBeGreaterThan(wanted - 3)
    expect(found[i], `gap ${i} of ${found.map(Math.round)}`).toBeLessThan(wanted + LATE_MS)
  }
}

const malformedOf = ({ paired }: Conversation): object => paired.own.result?.generator.malformed ?? {}

const invite = request('INVITE', { body: sdp, branch: inviteBranch, attributes: '' })

const refusedCaller = (...after: string[]): string =>
  scenarioOf(
    'refused-uac',
    [
      invite,
      '<recv response="100" optional="true"/>',
      '<recv response="486" timeout="9000"/>',
      ackOfRefusal,
      ...after,
    ].join('\n'),
  )

/** A callee that is called once and does what its elements say. */
const callee = (...elements: string[]): string =>
  scenarioOf('uas', [receiveInvite, ...elements, '<Reference variables="peer,own,via,cseq"/>'].join('\n'))

const caller = (...elements: string[]): string =>
  scenarioOf('uac', [invite, receiveAnswer, ...elements, '<Reference variables="peer"/>'].join('\n'))

const accept = (repeatMs: number): string =>
  respond('200 OK', { tag: true, body: sdp, attributes: `retrans="${repeatMs}"` })
const ack = '<recv request="ACK" timeout="9000"/>'
const bye = `<recv request="BYE" timeout="9000"/>\n${respond('200 OK')}`
const sendAck = requestByCaller('ACK', { cseq: '1', attributes: '' })
const sendBye = `${requestByCaller('BYE', { cseq: '2' })}\n<recv response="200" timeout="8000"/>`
const inviteStart = '\n    <![CDATA[\n      INVITE'
const pause = (ms: number): string => `<pause milliseconds="${ms}"/>`
const talk = '    - wait 900ms\n    - hang up'
const options = '    - options: { from: phone, to: "sip:service@[target]" }\n    - wait 1500ms'
const rows: readonly Row[] = [
  {
    name: 'A and B: an INVITE into silence is sent 7 times, and given up 64*T1 after the first',
    run: callSipp,
    sipp: 'call-uas',
    // The first call gets through, so that the target counts as present.
    losses: [['far', `${startsWith('INVI')} numgen inc mod 1000000 >= 1`]],
    load: 'concurrent: 1, calls: 2',
    steps: '    - hang up',
    check: (seen) => {
      const [answered, ...lost] = seen.ours('INVITE')
      expect(answered).toBeDefined()
      expectCopies(lost, doubled)
      expect(seen.paired.own.result?.calls.byOutcome).toEqual({ completed: 1, timeout: 1 })
      expect(seen.paired.own.result?.samples.map(({ reason }) => reason).join()).toContain('Timer B')
    },
  },
  {
    name: 'A with the T1 of RFC 3261: an INVITE into silence is sent again after 0.5, 1 and 2 s',
    run: callSipp,
    sipp: 'call-uas',
    losses: [['far', startsWith('INVI')]],
    timers: 't1: 500ms',
    killAfterInvites: 4,
    steps: '    - hang up',
    sippFails: true,
    check: (seen) => expectCopies(seen.ours('INVITE').slice(0, 4), [500, 1000, 2000]),
  },
  {
    name: 'A: two lost INVITEs are made up for, and 180 stops the timer',
    run: callSipp,
    sipp: 'call-uas',
    losses: [['far', `${startsWith('INVI')} ${first(2)}`]],
    steps: talk,
    check: (seen) => expectCopies(seen.ours('INVITE'), [100, 200]),
  },
  {
    name: 'D: each copy of a 486 gets the ACK again, byte for byte, with the branch of the INVITE',
    run: callSipp,
    sipp: () => callee(respond('486 Busy Here', { tag: true, attributes: 'retrans="100"' }), ack),
    losses: [['far', `${startsWith('ACK ')} ${first(2)}`]],
    call: 'expect: 486',
    steps: '    - wait 900ms',
    outcome: { rejected: 1 },
    check: (seen) => {
      const acks = seen.ours('ACK')
      expect(acks).toHaveLength(3)
      expect(new Set(acks.map(({ text }) => text)).size).toBe(1)
      const branch = /branch=[^;\r]+/.exec(seen.ours('INVITE')[0]?.text ?? '')?.[0] ?? 'none'
      expect(acks[0]?.text).toContain(branch)
    },
  },
  {
    name: 'E and F: OPTIONS into silence is sent 11 times, T2 apart in the end, and given up after 64*T1',
    run: callSipp,
    sipp: 'call-uas',
    losses: [['far', startsWith('OPTI')]],
    call: 'expect: 200',
    steps: '    - options: { from: phone, to: "sip:service@[target]" }\n    - hang up',
    outcome: { unexpected: 1 },
    check: (seen) => {
      const sent = seen.ours('OPTIONS')
      expectCopies(sent, doubledToT2)
      // The flow fails when the OPTIONS does, and hangs up.
      const gaveUpMs = (seen.ours('BYE')[0]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)
      expect(gaveUpMs).toBeGreaterThan(GIVE_UP_MS - 3)
      expect(gaveUpMs).toBeLessThan(GIVE_UP_MS + LATE_MS)
    },
  },
  {
    name: 'E: two lost BYEs are made up for',
    run: callSipp,
    sipp: 'call-uas',
    losses: [['far', `${startsWith('BYE ')} ${first(2)}`]],
    steps: talk,
    check: (seen) => expectCopies(seen.ours('BYE'), [100, 200]),
  },
  {
    name: 'G and H: a 486 without an ACK is sent 11 times and ends after 64*T1',
    run: answerSipp,
    sipp: () => refusedCaller(pause(7200)),
    losses: [['own', startsWith('ACK ')]],
    load: 'for: 9s',
    steps: 'reject 486',
    outcome: { rejected: 1 },
    check: (seen) => expectCopies(seen.ours('SIP/2.0 486'), doubledToT2),
  },
  {
    name: 'G: the ACK after two lost 486 stops it',
    run: answerSipp,
    sipp: () => refusedCaller(pause(900)),
    losses: [['far', `${isStatus(486)} ${first(2)}`]],
    load: 'for: 2s',
    steps: 'reject 486',
    outcome: { rejected: 1 },
    check: (seen) => expectCopies(seen.ours('SIP/2.0 486'), [100, 200]),
  },
  {
    name: 'I: copies of the ACK and of the INVITE are absorbed after a 486',
    run: answerSipp,
    sipp: () => refusedCaller(ackOfRefusal, invite, pause(300)),
    load: 'for: 2s',
    steps: 'reject 486',
    outcome: { rejected: 1 },
    check: (seen) => {
      expect([seen.theirs('ACK').length, seen.theirs('INVITE').length]).toEqual([2, 2])
      expect(seen.ours('SIP/2.0 486')).toHaveLength(1)
      expect(seen.paired.own.result?.calls.attempted).toBe(1)
      expect(malformedOf(seen)).toEqual({})
    },
  },
  {
    name: 'J: each copy of an OPTIONS gets the same 200, To tag included',
    run: answerSipp,
    sipp: () =>
      scenarioOf(
        'options-uac',
        [request('OPTIONS', { attributes: 'retrans="100"' }), '<recv response="200" timeout="8000"/>'].join('\n'),
      ),
    losses: [['far', `${isStatus(200)} ${first(2)}`]],
    withoutCall: true,
    steps: 'answer',
    check: (seen) => {
      expect(seen.theirs('OPTIONS')).toHaveLength(3)
      const answers = seen.ours('SIP/2.0 200')
      expect(answers).toHaveLength(3)
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    },
  },
  {
    name: 'K: a copy of the 200 is absorbed for T4, and a stray response afterwards',
    run: callSipp,
    sipp: () =>
      scenarioOf(
        'options-uas',
        [
          '<recv request="OPTIONS"/>',
          respond('200 OK', { tag: true }),
          pause(100),
          respond('200 OK', { tag: true }),
          pause(900),
          respond('200 OK', { tag: true }),
        ].join('\n'),
      ),
    withoutCall: true,
    steps: options,
    check: (seen) => {
      expect(seen.theirs('SIP/2.0 200')).toHaveLength(3)
      expect(malformedOf(seen)).toEqual({ 'response without a transaction': 1 })
    },
  },
  {
    name: 'L: a copy of the INVITE is absorbed after the 200',
    run: answerSipp,
    sipp: () => caller(sendAck, invite, pause(300), sendBye),
    steps: 'answer',
    check: (seen) => {
      expect(seen.theirs('INVITE')).toHaveLength(2)
      expect(seen.ours('SIP/2.0 200', 'INVITE')).toHaveLength(1)
      expect(seen.paired.own.result?.calls.attempted).toBe(1)
      expect(malformedOf(seen)).toEqual({})
    },
  },
  {
    name: 'M: each copy of the 200 gets the same ACK, byte for byte',
    run: callSipp,
    sipp: () => callee(accept(100), ack, bye),
    losses: [['far', `${startsWith('ACK ')} ${first(2)}`]],
    steps: talk,
    check: (seen) => {
      const acks = seen.ours('ACK')
      expect(acks).toHaveLength(3)
      expect(new Set(acks.map(({ text }) => text)).size).toBe(1)
    },
  },
  {
    name: 'a copy of the 200 after our BYE still gets its ACK',
    run: callSipp,
    sipp: () => callee(answerKept(''), ack, bye, pause(200), answerKept(''), ack),
    // The run goes on after the call, as it would under load.
    steps: '    - hang up\n    - wait 1s',
    check: (seen) => {
      const acks = seen.ours('ACK')
      const byeMs = seen.ours('BYE')[0]?.atMs ?? Number.POSITIVE_INFINITY
      expect(acks).toHaveLength(2)
      expect(acks[1]?.text).toBe(acks[0]?.text)
      expect(acks[1]?.atMs).toBeGreaterThan(byeMs)
    },
  },
  {
    name: 'a lost 200: ours is sent again after T1 and 2*T1, until the ACK',
    run: answerSipp,
    sipp: () => caller(sendAck, pause(900), sendBye),
    losses: [['far', `${isStatus(200)} ${first(2)}`]],
    steps: 'answer',
    check: (seen) => expectCopies(seen.ours('SIP/2.0 200', 'INVITE'), [100, 200]),
  },
  {
    name: 'a lost ACK: our 200 is sent again until one comes',
    run: answerSipp,
    sipp: () => caller(sendAck, pause(900), sendBye),
    losses: [['own', `${startsWith('ACK ')} ${first(2)}`]],
    steps: 'answer',
    check: (seen) => expectCopies(seen.ours('SIP/2.0 200', 'INVITE'), [100, 200]),
  },
  {
    name: 'no ACK at all: our 200 is sent 11 times, and BYE after 64*T1 (RFC 3261 13.3.1.4)',
    run: answerSipp,
    sipp: () => caller(sendAck, bye),
    losses: [['own', startsWith('ACK ')]],
    steps: 'answer',
    outcome: { 'no-ack': 1 },
    check: (seen) => {
      const answers = seen.ours('SIP/2.0 200', 'INVITE')
      expectCopies(answers, doubledToT2)
      const byeMs = (seen.ours('BYE')[0]?.atMs ?? 0) - (answers[0]?.atMs ?? 0)
      expect(byeMs).toBeGreaterThan(GIVE_UP_MS - 3)
      expect(byeMs).toBeLessThan(GIVE_UP_MS + LATE_MS)
    },
  },
  {
    name: 'a lost reliable 180: ours is sent again after T1 and 2*T1, until the PRACK (RFC 3262 3)',
    run: answerSipp,
    // A copy of the INVITE would get a copy of the 180 of its own.
    sipp: () => variantOf('prack-uac', [[`<send retrans="500">${inviteStart}`, `<send>${inviteStart}`]]),
    agent: 'provisional: reliable',
    losses: [['far', `${isStatus(180)} ${first(2)}`]],
    steps: 'ring 900ms, answer',
    check: (seen) => expectCopies(seen.ours('SIP/2.0 180'), [100, 200]),
  },
  {
    name: 'a lost PRACK is sent again after T1 and 2*T1',
    run: callSipp,
    sipp: 'prack-uas',
    agent: 'provisional: reliable',
    losses: [['far', `${startsWith('PRAC')} ${first(2)}`]],
    steps: talk,
    check: (seen) => expectCopies(seen.ours('PRACK').slice(0, 3), [100, 200]),
  },
  {
    name: '20 calls to SIPp, a tenth of all packets lost in both directions, all complete',
    run: callSipp,
    // At once: a copy of the INVITE that comes between a 180 and a 200 is more than SIPp can take.
    sipp: () => callee(accept(100), ack, bye, '<timewait milliseconds="4000"/>'),
    losses: [
      ['far', percent(10)],
      ['own', percent(10)],
    ],
    agent: 'calls at once: 20',
    calls: 20,
    steps: '    - wait 3500ms\n    - hang up',
    outcome: { completed: 20 },
    check: () => {},
  },
  {
    name: '20 calls by SIPp, a tenth of all packets lost in both directions, all complete',
    run: answerSipp,
    sipp: 'call-uac',
    sippArgs: ['-r', '10'],
    losses: [
      ['far', percent(10)],
      ['own', percent(10)],
    ],
    agent: 'calls at once: 20',
    calls: 20,
    answersUntilSippEnds: true,
    steps: 'ring 50ms, answer',
    outcome: { completed: 20 },
    check: () => {},
  },
]

describeAsRoot('transaction timers and losses between siploadgen and SIPp', () => {
  let network: Network
  beforeAll(async () => {
    network = await startNetwork()
  })
  const pairs = prepareRuns(rows, (row) => row.run({ timers: shortTimers, ...row }, network), PAIRS_AT_ONCE)

  test.each(rows)('$name', async (row) => {
    const paired = await pairs.of(row)
    const calls = row.calls ?? 1
    if (row.sippFails !== true) {
      expect(paired.sipp, story(paired)).toMatchObject({ exitCode: 0, successful: calls, failed: 0 })
    }
    if (row.outcome !== undefined) expect(paired.own.result?.calls.byOutcome, story(paired)).toEqual(row.outcome)
    row.check(new Conversation(paired, network))
  })
})
