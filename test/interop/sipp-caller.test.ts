import { expect, test } from 'vitest'
import { prepareRuns } from '../peers/prepared-runs.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { callSipp, fromUs, messagesOf, PAIRS_AT_ONCE, type Paired, type Pairing, story } from './sipp-pair.js'
import {
  answerKept,
  keep,
  receiveInvite,
  requestByCallee,
  respond,
  scenarioOf,
  sdp,
  variantOf,
} from './sipp-scenario.js'

interface Row extends Pairing {
  /** What else must hold. */
  readonly also?: (paired: Paired) => void
  /** Our count of calls by outcome; `completed` when left out. */
  readonly outcome?: Readonly<Record<string, number>>
}

const talk = '    - wait 200ms\n    - hang up'
const ringing = '  <send>\n    <![CDATA[\n      SIP/2.0 180'
const notOfferingUpdate = [[', UPDATE', '']] as const

/** The call fails at once without right credentials. */
const unlessKnown = ['<nop next="known" test="known"/>', '<recv request="NONE" timeout="1"/>', '<label id="known"/>']

/** 401 first, then 407: each with the credentials of the one before still in place (RFC 3261 22.3). */
const twoChallenges = (): string =>
  scenarioOf(
    'two-challenges',
    [
      '<recv request="INVITE"/>',
      respond('401 Unauthorized', {
        tag: true,
        lines: 'WWW-Authenticate: Digest realm="ua.test", nonce="first[call_number]", algorithm=MD5, qop="auth"\n',
      }),
      '<recv request="ACK" timeout="8000"/>',
      '<recv request="INVITE" timeout="8000"><action>',
      '<ereg regexp="realm=.ua.test" search_in="hdr" header="Authorization:" check_it="true" assign_to="ua"/>',
      '<verifyauth assign_to="known" username="alice" password="secret"/>',
      '</action></recv>',
      ...unlessKnown,
      respond('407 Proxy Authentication Required', {
        tag: true,
        lines:
          'Proxy-Authenticate: Digest realm="proxy.test", nonce="second[call_number]", algorithm=MD5, qop="auth"\n',
      }),
      '<recv request="ACK" timeout="8000"/>',
      '<recv request="INVITE" timeout="8000"><action>',
      '<ereg regexp="realm=.ua.test" search_in="hdr" header="Authorization:" check_it="true" assign_to="ua"/>',
      '<ereg regexp="realm=.proxy.test" search_in="hdr" header="Proxy-Authorization:" check_it="true" assign_to="ua"/>',
      '<ereg regexp="nonce=.second" search_in="hdr" header="Proxy-Authorization:" check_it="true" assign_to="ua"/>',
      '</action></recv>',
      respond('200 OK', { tag: true, body: sdp, attributes: 'retrans="500"' }),
      '<recv request="ACK" timeout="8000"/>',
      '<recv request="BYE" timeout="8000"/>',
      respond('200 OK'),
      '<Reference variables="ua,known"/>',
    ].join('\n'),
  )

const optionsServer = (): string =>
  scenarioOf('options-uas', ['<recv request="OPTIONS"/>', respond('200 OK', { tag: true })].join('\n'))

/** UPDATEs that reach us while our re-INVITE is unanswered (RFC 3311 5.2). */
const updatesInReInvite = (): string =>
  scenarioOf(
    'update-glare-uas',
    [
      receiveInvite,
      respond('200 OK', { tag: true, body: sdp, attributes: 'retrans="500"' }),
      '<recv request="ACK" timeout="8000"/>',
      `<recv request="INVITE" timeout="8000">${keep}</recv>`,
      requestByCallee('UPDATE'),
      '<recv response="200" timeout="8000"/>',
      requestByCallee('UPDATE', sdp),
      '<recv response="491" timeout="8000"/>',
      answerKept(),
      '<recv request="ACK" timeout="8000"/>',
      requestByCallee('UPDATE', sdp),
      '<recv response="200" timeout="8000"><action>',
      '<ereg regexp="m=audio" search_in="body" check_it="true" assign_to="answer"/>',
      '</action></recv>',
      '<recv request="BYE" timeout="8000"/>',
      respond('200 OK'),
      '<Reference variables="via,cseq,peer,own,answer"/>',
    ].join('\n'),
  )

const rows: readonly Row[] = [
  { name: 'no gateway: the address of the URI is called', sipp: 'call-uas', withoutGateway: true, steps: talk },
  { name: 'TCP: a call', sipp: 'call-uas', transport: 'tcp', steps: talk },
  {
    name: 'TCP: an INVITE that waits 1.3 s for its first response is sent once',
    sipp: () => variantOf('call-uas', [[ringing, `  <pause milliseconds="1300"/>\n${ringing}`]]),
    transport: 'tcp',
    steps: talk,
    also: ({ sipp }) => expect(fromUs(sipp, 'INVITE')).toHaveLength(1),
  },
  { name: 'IPv6: a call', sipp: 'call-uas', address: '::1', steps: talk },
  { name: 'IPv6 and TCP: a call', sipp: 'call-uas', address: '::1', transport: 'tcp', steps: talk },
  {
    name: '100rel supported: PRACK for each of two reliable responses',
    sipp: 'prack-uas',
    agent: 'provisional: reliable',
    steps: talk,
    also: ({ sipp }) => expect(fromUs(sipp, 'INVITE')[0]).toMatch(/^Supported: .*100rel/m),
  },
  {
    name: '100rel required: PRACK for each of two reliable responses',
    sipp: 'prack-uas',
    agent: 'provisional: required',
    steps: talk,
    also: ({ sipp }) => expect(fromUs(sipp, 'INVITE')[0]).toMatch(/^Require: 100rel/m),
  },
  {
    name: 'UPDATE: hold and resume',
    sipp: 'update-uas',
    steps: '    - hold: { method: update }\n    - wait 200ms\n    - resume: { method: update }\n    - hang up',
  },
  {
    name: 're-INVITE: hold and resume',
    sipp: 'reinvite-uas',
    steps: '    - hold\n    - wait 200ms\n    - resume\n    - hang up',
  },
  {
    name: 're-INVITE over TCP: hold and resume',
    sipp: 'reinvite-uas',
    transport: 'tcp',
    steps: '    - hold\n    - wait 200ms\n    - resume\n    - hang up',
  },
  {
    name: 'REFER: NOTIFY until 200',
    sipp: 'refer-uas',
    steps: '    - transfer sip:third@127.0.0.1\n    - hang up',
  },
  {
    name: 'glare: 491 from both sides, our retry after 2.1 to 4 s succeeds',
    sipp: 'glare-uas',
    steps: '    - re-invite sendrecv\n    - hang up',
    also: ({ own }) => {
      const sent = own.result?.samples[0]?.ladder.filter(
        (entry) => `${entry.direction} ${entry.summary}` === 'sent INVITE',
      )
      const [, first, second] = sent ?? []
      const waitedMs = (second?.atMs ?? 0) - (first?.atMs ?? 0)
      expect(waitedMs).toBeGreaterThan(2090)
      expect(waitedMs).toBeLessThan(4500)
    },
  },
  {
    name: 'glare of UPDATE: 200 without an offer, 491 with one, 200 after the re-INVITE',
    sipp: updatesInReInvite,
    steps: '    - re-invite sendrecv\n    - wait 300ms\n    - hang up',
  },
  {
    name: 'CANCEL after 180',
    sipp: 'cancel-uas',
    call: 'cancel after: 300ms',
    steps: '    - wait 1ms',
    outcome: { cancelled: 1 },
  },
  {
    name: 'CANCEL before any response: held back until 180 (RFC 3261 9.1)',
    sipp: () => variantOf('cancel-uas', [[ringing, `  <pause milliseconds="600"/>\n${ringing}`]]),
    call: 'cancel after: 100ms',
    steps: '    - wait 1ms',
    outcome: { cancelled: 1 },
    also: ({ sipp }) => {
      const heads = messagesOf(sipp).map(({ text }) => text.slice(0, 11))
      expect(heads.indexOf('CANCEL sip:')).toBeGreaterThan(heads.indexOf('SIP/2.0 180'))
    },
  },
  {
    name: 'CANCEL that the 200 crosses: ACK and BYE',
    sipp: 'cancel-race-uas',
    call: 'cancel after: 300ms',
    steps: '    - wait 1ms',
    outcome: { cancelled: 1 },
  },
  { name: 'delayed offer: our answer is in the ACK', sipp: 'late-offer-uas', call: 'delayed offer: true', steps: talk },
  {
    name: 'delayed offer over 100rel: our answer is in the PRACK (RFC 3262 5)',
    sipp: 'prack-uas',
    agent: 'provisional: reliable',
    call: 'delayed offer: true',
    steps: talk,
    also: ({ sipp }) => expect(fromUs(sipp, 'PRACK')[0]).toContain('m=audio'),
  },
  { name: 'early media: 183 with a description', sipp: 'early-media-uas', steps: talk },
  {
    name: 'INFO: a DTMF digit',
    sipp: 'info-uas',
    steps: '    - dtmf: { digits: "5", method: info }\n    - wait 200ms\n    - hang up',
  },
  {
    name: 'MESSAGE outside a call',
    sipp: 'message-uas',
    withoutCall: true,
    steps: '    - message: { from: phone, to: "sip:service@[target]", text: hello }',
  },
  {
    name: 'OPTIONS outside a call',
    sipp: optionsServer,
    withoutCall: true,
    steps: '    - options: { from: phone, to: "sip:service@[target]" }',
  },
  {
    name: 'digest: 401 with MD5 and qop=auth',
    sipp: 'auth-uas',
    agent: 'password: secret',
    keys: { username: 'alice', password: 'secret' },
    steps: talk,
  },
  { name: 'digest: 401, then 407, in one call', sipp: twoChallenges, agent: 'password: secret', steps: talk },
  {
    name: 'session timer: 422 with Min-SE 1800',
    sipp: 'timer-422-uas',
    agent: 'session timer: 90s',
    steps: talk,
  },
  {
    name: 'session timer: the callee refreshes by re-INVITE',
    sipp: 'timer-reinvite-uas',
    keys: { expires: '90' },
    sippArgs: ['-d', '300'],
    agent: 'session timer: 90s',
    steps: '    - wait 1s\n    - hang up',
  },
  {
    name: 'session timer: the callee refreshes by UPDATE',
    sipp: 'timer-update-uas',
    keys: { expires: '90' },
    sippArgs: ['-d', '300'],
    agent: 'session timer: 90s',
    steps: '    - wait 1s\n    - hang up',
  },
  {
    name: 'session timer: we refresh by UPDATE after half of the interval',
    sipp: 'timer-refreshed-uas',
    keys: { expires: '3' },
    agent: 'session timer: { expires: 90s, refresher: uac }',
    steps: '    - wait 1800ms\n    - hang up',
    also: ({ sipp }) => expect(fromUs(sipp, 'UPDATE')).toHaveLength(1),
  },
  {
    name: 'session timer: we refresh by re-INVITE where UPDATE is not allowed',
    sipp: () => variantOf('timer-refreshed-uas', notOfferingUpdate),
    keys: { expires: '3' },
    agent: 'session timer: { expires: 90s, refresher: uac }',
    steps: '    - wait 1800ms\n    - hang up',
    also: ({ sipp }) => {
      expect(fromUs(sipp, 'UPDATE')).toHaveLength(0)
      expect(fromUs(sipp, 'INVITE')).toHaveLength(2)
    },
  },
  {
    name: 'session timer: without a refresh by the callee we send BYE',
    sipp: 'timer-expired-uas',
    keys: { expires: '3' },
    agent: 'session timer: 90s',
    steps: '    - wait 10s\n    - hang up',
    outcome: { dropped: 1 },
    also: ({ own }) => expect(own.result?.samples[0]?.reason).toContain('session timer'),
  },
]

describeWithPeers(['sipp'], 'siploadgen calls SIPp', () => {
  const pairs = prepareRuns(rows, (row) => callSipp(row), PAIRS_AT_ONCE)

  test.each(rows)('$name', async (row) => {
    const paired = await pairs.of(row)
    const { sipp, own } = paired
    expect(sipp, story(paired)).toMatchObject({ exitCode: 0, successful: 1, failed: 0 })
    if (row.withoutCall !== true)
      expect(own.result?.calls.byOutcome, story(paired)).toEqual(row.outcome ?? { completed: 1 })
    expect(own.result?.verdict, story(paired)).not.toBe('fail')
    row.also?.(paired)
  })
})
