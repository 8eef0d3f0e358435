import { describe, expect, it } from 'vitest'
import { allExtendedReports, type ExtendedReports, noExtendedReports } from '../../src/model/extended-reports.js'
import { answerOffer } from '../../src/sdp/answer.js'
import { createOffer } from '../../src/sdp/offer.js'
import { readAnswer } from '../../src/sdp/read-answer.js'
import { readRtcpXr, writeRtcpXr } from '../../src/sdp/rtcp-xr.js'
import { own } from './own.js'

const both = allExtendedReports
const metricsOnly: ExtendedReports = { voipMetrics: true, receiverRoundTrip: false }
const nothing = noExtendedReports

describe('a=rtcp-xr (RFC 3611 5.1)', () => {
  it.each<[string, string[], string[], ExtendedReports | undefined]>([
    ['is not there', ['ptime:20'], [], undefined],
    ['asks for VoIP metrics', ['rtcp-xr:voip-metrics'], [], metricsOnly],
    [
      'asks for both, among others',
      ['rtcp-xr:pkt-loss-rle=800 rcvr-rtt=all:100 stat-summary=loss,dup voip-metrics'],
      [],
      both,
    ],
    ['has answers from senders only', ['rtcp-xr:rcvr-rtt=sender'], [], { ...nothing, receiverRoundTrip: true }],
    ['is empty: understood, and nothing wanted', ['rtcp-xr:'], [], nothing],
    ['stands in the session', [], ['rtcp-xr:voip-metrics'], metricsOnly],
    ['of a section replaces that of the session', ['rtcp-xr:'], ['rtcp-xr:voip-metrics'], nothing],
    ['names a block of another name', ['rtcp-xr:voip-metrics2 rcvr-rtt=some'], [], nothing],
    ['is another attribute', ['rtcp-xr-more:voip-metrics'], [], undefined],
  ])('%s', (_, section, session, expected) => {
    expect(readRtcpXr(section, session)).toEqual(expected)
  })

  it.each<[ExtendedReports | undefined, string]>([
    [undefined, ''],
    [nothing, 'a=rtcp-xr:\r\n'],
    [metricsOnly, 'a=rtcp-xr:voip-metrics\r\n'],
    [both, 'a=rtcp-xr:voip-metrics rcvr-rtt=all\r\n'],
  ])('is written for %j', (wanted, line) => {
    expect(writeRtcpXr(wanted)).toBe(line)
  })
})

describe('offer and answer with extended reports (RFC 3611 5.2)', () => {
  const plain = own()
  const offering = own({ extendedReports: both })

  it('an offer asks for what the group wants, by default for nothing', () => {
    expect(createOffer(offering)).toContain('\r\na=rtcp-xr:voip-metrics rcvr-rtt=all\r\n')
    expect(createOffer(plain)).not.toContain('rtcp-xr')
  })

  it('one who is asked sends them, and asks in return', () => {
    const answer = answerOffer(createOffer(offering), plain)
    expect(answer).toMatchObject({ negotiated: { extendedReports: both } })
    expect(answer).toMatchObject({ text: expect.stringContaining('\r\na=rtcp-xr:voip-metrics rcvr-rtt=all\r\n') })
  })

  it('one who is asked for nothing that is known here says that it is understood, and sends nothing', () => {
    const offer = createOffer(offering).replace('voip-metrics rcvr-rtt=all', 'pkt-loss-rle')
    const answer = answerOffer(offer, plain)
    expect(answer).toMatchObject({
      negotiated: { extendedReports: nothing },
      text: expect.stringContaining('\r\na=rtcp-xr:\r\n'),
    })
  })

  it('one who is asked by an attribute that is no more than a number is not', () => {
    const answer = answerOffer(`${createOffer(plain)}a=20\r\n`, offering)
    expect(answer).toMatchObject({ kind: 'answer', negotiated: { extendedReports: nothing } })
  })

  it('one who is not asked neither asks nor sends', () => {
    const answer = answerOffer(createOffer(plain), offering)
    expect(answer).toMatchObject({
      negotiated: { extendedReports: nothing },
      text: expect.not.stringContaining('rtcp-xr'),
    })
  })

  it('an offerer sends what the answer asks for', () => {
    const answer = answerOffer(createOffer(offering), plain)
    const text = answer.kind === 'answer' ? answer.text : ''
    expect(readAnswer(offering, text)).toMatchObject({ kind: 'negotiated', extendedReports: both })
    expect(readAnswer(offering, text.replace(' rcvr-rtt=all', ''))).toMatchObject({ extendedReports: metricsOnly })
    expect(readAnswer(offering, text.replace(/a=rtcp-xr.*\r\n/, ''))).toMatchObject({ extendedReports: nothing })
  })

  it('an answer that asks for what was not offered gets nothing', () => {
    const answer = answerOffer(createOffer(offering), plain)
    expect(readAnswer(plain, answer.kind === 'answer' ? answer.text : '')).toMatchObject({ extendedReports: nothing })
  })
})
