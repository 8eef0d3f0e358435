import { describe, expect, test } from 'vitest'
import { readCallflows } from './callflow.js'
import { inspect } from './inspect.js'

const flows = readCallflows(['rfc3261', 'rfc3665', 'rfc5359', 'rfc7118'])

/** What rules find in the RFCs' own messages, each looked at by hand. */
const known: readonly { readonly rule: string; readonly flows: string; readonly reason: string }[] = [
  {
    rule: '3261-18.2.1-5 3261-18.2.2-9',
    flows: 'rfc3261/24.2 rfc7118/8.2',
    reason: 'the party never gets a received, so that its address is of our making and not that in its Via',
  },
  { rule: '3261-18.2.1-6', flows: 'rfc5359/*', reason: 'received has one address for all clients' },
  {
    rule: '3261-20.14-3 3261-18.3-4',
    flows: 'rfc3261/24.2 rfc3665/3.8 rfc3665/3.9 rfc5359/*',
    reason: 'the body is not printed, or Content-Length does not count what is',
  },
  {
    rule: '3261-13.3.1-4',
    flows: 'rfc3261/24.2 rfc5359/* rfc7118/8.2',
    reason: 'the session description is not printed',
  },
  { rule: '3261-10.3-33', flows: 'rfc3261/24.1', reason: 'the contact of the 200 has no expires' },
  {
    rule: '3261-G-01',
    flows: 'rfc3665/2.1 rfc5359/2.4 rfc7118/8.2',
    reason: 'Authorization has no comma after realm; Referred-By has no scheme; Route ends in a comma',
  },
  {
    rule: '3261-12.1.2-4',
    flows: 'rfc7118/8.2',
    reason: 'Route ends in a comma, so that it has a value too many',
  },
  { rule: '3261-19.1.2-1', flows: 'rfc7118/8.2', reason: 'URIs are folded in the middle' },
  { rule: '5626-4.1-5', flows: 'rfc7118/8.1', reason: 'the UUID of +sip.instance is cut short' },
  { rule: '3261-8.1.1.6-1', flows: 'rfc3665/2.5 rfc5359/2.3', reason: 'Max-Forwards is missing' },
  { rule: '3261-22.4-7', flows: 'rfc3665/*', reason: 'credentials answer a challenge with qop as RFC 2069 did' },
  {
    rule: '3261-12.1.2-6 3261-12.2.1.1-11 3261-12.1.1-9 3261-12.2.1.1-13',
    flows: 'rfc3665/3.1 rfc3665/3.2 rfc3665/3.6 rfc5359/2.15 rfc5359/2.17 rfc7118/8.2',
    reason: 'the Request-URI lacks a parameter of the Contact, such as transport=tcp',
  },
  { rule: '3261-13.2.2-7', flows: 'rfc3665/3.2 rfc3665/3.4 rfc3665/3.5', reason: 'the ACK has no credentials' },
  {
    rule: '3261-17.1.1.3-6',
    flows: 'rfc3665/* rfc5359/2.13',
    reason: 'the ACK of a refusal has not the Route of its INVITE',
  },
  {
    rule: '3261-8.2.6.2-4',
    flows: 'rfc3665/3.3 rfc5359/2.15 rfc5359/2.18',
    reason: 'the response repeats the branch of another request',
  },
  { rule: '3261-19.3-1', flows: 'rfc3665/3.4', reason: 'two calls of Alice have one From tag' },
  { rule: '3261-16.6-10', flows: 'rfc3665/3.5 rfc3665/3.8', reason: 'an ALG changes the session description' },
  { rule: '3261-20-9', flows: 'rfc3665/3.7 rfc5359/2.16', reason: 'Max-Forwards stands in a response' },
  { rule: '3261-8.2.6.2-6', flows: 'rfc3665/3.8', reason: 'the 200 of a CANCEL has no To tag' },
  { rule: '3261-9.1-2', flows: 'rfc3665/3.8', reason: 'the CANCEL goes to Alice, whom the INVITE comes from' },
  { rule: '3261-16.6-6', flows: 'rfc5359/2.2', reason: 'the proxy loses Allow of the ACK' },
  { rule: '3261-8.2.6.2-2', flows: 'rfc5359/2.2', reason: 'the Call-ID of a response is that of the other call' },
  { rule: '3261-8.1.1.8-1', flows: 'rfc5359/2.3 rfc5359/2.15', reason: 'REFER has no Contact' },
  {
    rule: '3261-T2-01 3261-20-5 3261-20-6 3261-12.1.1-2',
    flows: 'rfc5359/2.3 rfc5359/2.5 rfc5359/2.15 rfc5359/2.16',
    reason: 'a mandatory field of REFER, SUBSCRIBE or their 2xx is missing',
  },
  {
    rule: '3261-12.1.1-15 3261-12.2.1.1-3 3261-8.2.6.2-5',
    flows: 'rfc5359/2.15 rfc5359/2.17',
    reason: 'From, To or a tag is not that of the dialog',
  },
]

const names = (flow: string, list: string): boolean =>
  list.split(' ').some((each) => each === flow || (each.endsWith('/*') && flow.startsWith(each.slice(0, -1))))

const entryFor = (rule: string, flow: string) =>
  known.find((each) => each.rule.split(' ').includes(rule) && names(flow, each.flows))

const found = [...flows].map(([flow, steps]) => ({
  flow,
  broken: inspect(steps).filter(({ counts }) => counts.violation > 0),
}))

describe('the call flows of RFC 3261, 3665, 5359 and 7118', () => {
  test('are there', () => {
    expect(flows.size).toBe(38)
    expect([...flows.values()].flat()).toHaveLength(525)
  })

  test.each(found)('$flow breaks no rule but for the reasons that are listed', ({ flow, broken }) => {
    const unknown = broken.filter(({ rule }) => entryFor(rule, flow) === undefined)
    expect(unknown.map(({ rule, examples }) => `${rule}: ${examples[0]?.found}\n${examples[0]?.text}`)).toEqual([])
  })

  test('need every reason that is listed', () => {
    const needed = new Set(found.flatMap(({ flow, broken }) => broken.map(({ rule }) => entryFor(rule, flow))))
    expect(known.filter((each) => !needed.has(each))).toEqual([])
  })
})
