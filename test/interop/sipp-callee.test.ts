import { expect, test } from 'vitest'
import { prepareRuns } from '../peers/prepared-runs.js'
import { describeWithPeers } from '../peers/require-peer.js'
import { answerSipp, fromUs, messagesOf, PAIRS_AT_ONCE, type Paired, type Pairing, story } from './sipp-pair.js'
import { ackOfRefusal, description, inviteBranch, request, scenarioOf, sdp, variantOf } from './sipp-scenario.js'

interface Row extends Pairing {
  /** What else must hold. */
  readonly also?: (paired: Paired) => void
  /** Our count of calls by outcome; `completed` when left out. */
  readonly outcome?: Readonly<Record<string, number>>
}

const talk = 'ring 100ms, answer'

const optionsClient = (): string =>
  scenarioOf(
    'options-uac',
    [
      request('OPTIONS'),
      '<recv response="200" timeout="8000"><action>',
      '<ereg regexp="INVITE.*UPDATE" search_in="hdr" header="Allow:" check_it="true" assign_to="allowed"/>',
      '<ereg regexp="application/sdp" search_in="hdr" header="Accept:" check_it="true" assign_to="accepted"/>',
      '</action></recv>',
      '<Reference variables="allowed,accepted"/>',
    ].join('\n'),
  )

const extensionRequired = (): string =>
  scenarioOf(
    'unreliable-uac',
    [
      request('INVITE', { body: sdp, branch: inviteBranch }),
      '<recv response="100" optional="true"/>',
      '<recv response="421" timeout="8000"><action>',
      '<ereg regexp="100rel" search_in="hdr" header="Require:" check_it="true" assign_to="wanted"/>',
      '</action></recv>',
      ackOfRefusal,
      '<Reference variables="wanted"/>',
    ].join('\n'),
  )

const rows: readonly Row[] = [
  { name: 'TCP: a call', sipp: 'call-uac', transport: 'tcp', steps: talk },
  { name: 'IPv6: a call', sipp: 'call-uac', address: '::1', steps: talk },
  { name: 'IPv6 and TCP: a call', sipp: 'call-uac', address: '::1', transport: 'tcp', steps: talk },
  {
    name: '100rel supported: two reliable responses, each with its PRACK',
    sipp: 'prack-uac',
    agent: 'provisional: reliable',
    steps: 'early media 200ms, ring 100ms, answer',
    also: ({ sipp }) => expect(fromUs(sipp, 'SIP/2.0 18')).toHaveLength(2),
  },
  {
    name: '100rel required by the caller: our group need not offer it',
    sipp: 'prack-required-uac',
    steps: talk,
  },
  {
    name: '100rel required by our group: 421 for a caller without it',
    sipp: extensionRequired,
    agent: 'provisional: required',
    withoutCall: true,
    steps: talk,
  },
  {
    name: '100rel required by our group: a caller that supports it',
    sipp: 'prack-uac',
    agent: 'provisional: required',
    steps: talk,
  },
  { name: 'UPDATE: held and resumed', sipp: 'update-uac', steps: talk },
  { name: 're-INVITE: held and resumed', sipp: 'reinvite-uac', steps: talk },
  { name: 're-INVITE over TCP: held and resumed', sipp: 'reinvite-uac', transport: 'tcp', steps: talk },
  {
    name: 'REFER: we call the third party and NOTIFY until 200',
    sipp: 'refer-uac',
    third: 'call-uas',
    steps: talk,
    also: ({ third }) => expect(third).toMatchObject({ exitCode: 0, successful: 1, failed: 0 }),
  },
  {
    name: 'glare: 491 from both sides, our retry within 2 s succeeds',
    sipp: 'glare-uac',
    steps: 'answer, re-invite sendrecv',
    also: ({ sipp }) => {
      const invites = messagesOf(sipp).filter(
        ({ direction, text }) => direction === 'received' && text.startsWith('INVITE'),
      )
      expect(invites).toHaveLength(2)
      expect((invites[1]?.atMs ?? 0) - (invites[0]?.atMs ?? 0)).toBeLessThan(2300)
    },
  },
  { name: 'CANCEL after 180: 487', sipp: 'cancel-uac', steps: 'never answer', outcome: { cancelled: 1 } },
  {
    name: 'CANCEL after nothing but 100: 487',
    sipp: () =>
      variantOf('cancel-uac', [
        ['<recv response="100" optional="true"/>', '<pause milliseconds="1"/>'],
        ['<recv response="180" timeout="8000"/>', '<recv response="100" timeout="8000"/>'],
      ]),
    steps: 'wait 5s, answer',
    outcome: { cancelled: 1 },
    also: ({ sipp }) => expect(fromUs(sipp, 'SIP/2.0 180')).toHaveLength(0),
  },
  { name: 'CANCEL after our 200: the call lives until BYE', sipp: 'cancel-race-uac', steps: talk },
  { name: 'delayed offer: ours is in the 200', sipp: 'late-offer-uac', steps: talk },
  {
    name: 'delayed offer, early media without 100rel: 183 has no description (RFC 3261 13.2.1)',
    sipp: 'late-offer-uac',
    steps: 'early media 100ms, answer',
    also: ({ sipp }) => expect(fromUs(sipp, 'SIP/2.0 183')[0]).not.toContain('m=audio'),
  },
  {
    name: 'delayed offer over 100rel: ours is in the 183, the answer in the PRACK (RFC 3262 5)',
    sipp: () => reliableLateOffer(),
    agent: 'provisional: reliable',
    steps: 'early media 100ms, answer',
    also: ({ sipp }) => {
      expect(fromUs(sipp, 'SIP/2.0 183')[0]).toContain('m=audio')
      const answers = fromUs(sipp, 'SIP/2.0 200').filter((text) => /^CSeq: 1 INVITE/m.test(text))
      expect(answers[0]).not.toContain('m=audio')
    },
  },
  {
    name: 'early media: 183 with a description',
    sipp: 'call-uac',
    steps: 'early media 300ms, answer',
    also: ({ sipp }) => expect(fromUs(sipp, 'SIP/2.0 183')[0]).toContain('m=audio'),
  },
  {
    name: 'INFO: a DTMF digit is heard',
    sipp: 'info-uac',
    steps: 'answer, expect dtmf: { digits: "5" }',
  },
  { name: 'MESSAGE outside a call', sipp: 'message-uac', withoutCall: true, steps: talk },
  { name: 'OPTIONS outside a call: Allow and Accept', sipp: optionsClient, withoutCall: true, steps: talk },
  {
    name: 'session timer: 30 s is refused by 422 with Min-SE',
    sipp: 'timer-422-uac',
    steps: talk,
    withoutCall: true,
  },
  {
    name: 'session timer: the caller refreshes by re-INVITE',
    sipp: 'timer-reinvite-uac',
    keys: { expires: '90' },
    sippArgs: ['-d', '300'],
    steps: talk,
  },
  {
    name: 'session timer: the caller refreshes by UPDATE',
    sipp: 'timer-update-uac',
    keys: { expires: '90' },
    sippArgs: ['-d', '300'],
    steps: talk,
  },
]

/** prack-uac without an offer: its PRACK answers ours, its ACK has nothing. */
function reliableLateOffer(): string {
  const described = `      Content-Type: application/sdp\n      Content-Length: [len]\n\n${description}`
  const acknowledged = '      RAck: [$rseq] 1 INVITE\n'
  return variantOf('prack-uac', [
    [described, '      Content-Length: 0\n\n'],
    [`${acknowledged}      Content-Length: 0\n\n`, `${acknowledged}${described}`],
  ])
}

describeWithPeers(['sipp'], 'SIPp calls siploadgen', () => {
  const pairs = prepareRuns(rows, (row) => answerSipp(row), PAIRS_AT_ONCE)

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
