import { clear, enrol, ours, registration } from '../conversation.js'
import type { Exchange, SipEntry } from '../exchange.js'
import { answered, anyOf, given, inapplicable, must, unanswered, violation } from '../judgement.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import type { RequestParts } from '../request-text.js'
import type { Stage } from '../stage.js'

const instance = '+sip.instance="<urn:uuid:00000000-0000-4000-8000-00000000abcd>"'
const outbound = ['Expires: 120', 'Supported: path, outbound']

const flowContact = (party: Party, regId = 1): string => `<${party.contact};ob>;reg-id=${regId};${instance}`

const flowOf = (party: Party, regId = 1, headers: readonly string[] = outbound): Partial<RequestParts> => ({
  contact: flowContact(party, regId),
  headers,
})

const isOutbound = (exchange: Exchange, label: string): boolean =>
  exchange.final(label)?.message.list('Require').includes('outbound') === true

/** Judged only where the registrar speaks outbound. */
const withOutbound = (label: string) => (exchange: Exchange) =>
  isOutbound(exchange, label)
    ? undefined
    : inapplicable('the registrar does not speak outbound (no Require: outbound in its 200)')

/** Sends OPTIONS to the callee, and answers it with that status where it arrives. */
async function reach(
  stage: Stage,
  caller: Party,
  parties: readonly Party[],
  label: string,
  status = 200,
): Promise<void> {
  const [first] = parties
  if (first === undefined) return
  stage.send(caller, caller.request('OPTIONS', first.aor), label)
  const arrived = (exchange: Exchange) =>
    parties.flatMap((party) => exchange.forwarded(label, party.name).map((entry) => ({ party, entry })))
  await stage.until((exchange) => arrived(exchange).length > 0 || exchange.status(label) > 0)
  await stage.wait(150)
  for (const { party, entry } of arrived(stage.exchange)) stage.respond(party, entry.message, status, { toTag: 'flow' })
  await stage.final(label, 1500)
}

/** Path and outbound flows: RFC 3327 and RFC 5626. */
export const flowProbes: readonly Probe[] = [
  defineProbe({
    id: 'flows/path',
    element: 'registrar',
    title: 'REGISTER with Path, and outbound REGISTERs that came over two hops',
    needs: ['udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const edge = await stage.party('edge')
      const callee = await stage.party('callee', { account: 1 })
      await clear(stage, callee)
      const path = `<sip:${edge.sentBy};lr>`
      await enrol(stage, callee, 'path', { headers: ['Expires: 120', 'Supported: path', `Path: ${path}`] })
      stage.send(caller, caller.request('OPTIONS', callee.aor), 'by path')
      await stage.until(
        (exchange) => exchange.forwarded('by path', 'edge').length > 0 || exchange.status('by path') > 0,
      )
      const arrived = stage.exchange.forwarded('by path', 'edge')[0]
      if (arrived !== undefined) stage.respond(edge, arrived.message, 200, { toTag: 'edge' })
      await clear(stage, callee)
      const lower = 'SIP/2.0/UDP lower.invalid;branch=z9hG4bKlower;received=192.0.2.1'
      const twoHops = (headers: readonly string[]) => ({
        ...registration(stage, callee, flowOf(callee, 1, headers)),
        vias: [callee.via(), lower],
      })
      const withoutOb = ['Expires: 120', 'Supported: path', `Path: ${path}`]
      await stage.ask(callee, twoHops(withoutOb), 'two hops')
      await stage.ask(callee, twoHops([...outbound, `Path: ${path}`]), 'two hops, supported')
    },
    expectations: [
      {
        statement: '5626-6-1',
        title: 'Path of a REGISTER is repeated in its 200.',
        judge: given(
          (exchange) => unanswered(exchange, 'path'),
          (exchange) => {
            const told = exchange.final('path')?.message.list('Path') ?? []
            return must(
              told.some((value) => value.includes(';lr>')),
              'the 200 has no Path',
              exchange.sent('path'),
              exchange.final('path'),
            )
          },
        ),
      },
      {
        statement: '5626-6-10',
        title: 'What is sent to a contact goes the way of its Path.',
        judge: (exchange) => {
          if (exchange.forwarded('by path', 'callee').length > 0)
            return violation(
              'the request passes the edge by',
              exchange.sent('path'),
              exchange.forwarded('by path', 'callee')[0],
            )
          const [arrived] = exchange.forwarded('by path', 'edge')
          if (arrived === undefined)
            return (
              unanswered(exchange, 'by path') ??
              inapplicable(`the target does not forward (${exchange.status('by path')})`)
            )
          return must(arrived.message.list('Route').length > 0, 'the request has no Route of the Path', arrived)
        },
      },
      {
        statement: '5626-6-4',
        title: 'Over several hops without ob in the first Path there is no Require: outbound.',
        judge: given(
          (exchange) => unanswered(exchange, 'two hops'),
          (exchange) => {
            const wrong = ['two hops', 'two hops, supported'].find((label) => isOutbound(exchange, label))
            return must(
              wrong === undefined,
              'the 200 has Require: outbound',
              exchange.sent(wrong ?? ''),
              exchange.final(wrong ?? ''),
            )
          },
        ),
      },
      {
        statement: '5626-6-5',
        title: 'Then a client that wants outbound is refused with 439.',
        judge: answered('two hops, supported', { accept: anyOf(439), expected: '439' }),
      },
    ],
  }),
  defineProbe({
    id: 'flows/connection',
    element: 'registrar',
    title: 'outbound registrations over connections: new ones, several of one instance, and lost ones',
    needs: ['stream'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const first = await stage.party('first flow', { account: 1 })
      await clear(stage, first)
      const old = `<sip:old@192.0.2.7:5060>`
      await enrol(stage, first, 'old client', { contact: old })
      await enrol(stage, first, 'flow', flowOf(first))
      await stage.ask(first, registration(stage, first, { contact: undefined, headers: [] }), 'both kinds')
      await stage.ask(first, registration(stage, first, { contact: old, headers: ['Expires: 0'] }), 'old client gone')
      await reach(stage, caller, [first], 'to the flow')
      const renewed = await stage.party('renewed flow', { account: 1 })
      await stage.ask(renewed, registration(stage, renewed, flowOf(renewed)), 'renewed')
      await reach(stage, caller, [renewed, first], 'to the renewed')
      const other = await stage.party('other flow', { account: 1 })
      await stage.ask(other, registration(stage, other, flowOf(other, 2)), 'second flow')
      await reach(stage, caller, [renewed, other], 'to one of two', 486)
      other.wire.close()
      renewed.wire.close()
      await stage.wait(300)
      await stage.ask(caller, caller.request('OPTIONS', first.aor), 'to a lost flow', { withinMs: 3000 })
    },
    expectations: [
      {
        statement: '5626-6-8',
        title: 'Bindings with and without flows stand side by side.',
        judge: given(withOutbound('flow'), (exchange) => {
          const contacts = exchange.final('both kinds')?.message.list('Contact') ?? []
          return must(
            contacts.length >= 2,
            `${contacts.length} bindings are listed`,
            exchange.sent('flow'),
            exchange.final('both kinds'),
          )
        }),
      },
      ...(['5626-6-12', '5626-7-4'] as const).map((statement) => ({
        statement,
        title: 'What is sent to a contact comes down the connection of its registration.',
        judge: given(withOutbound('flow'), (exchange) =>
          must(
            exchange.forwarded('to the flow', 'first flow').length > 0,
            'the request does not come over the connection',
            exchange.final('flow'),
            exchange.sent('to the flow'),
            exchange.final('to the flow'),
          ),
        ),
      })),
      {
        statement: '5626-6-14',
        title: 'The newest connection of an instance and reg-id counts.',
        judge: given(withOutbound('renewed'), (exchange) => {
          const [wrong] = exchange.forwarded('to the renewed', 'first flow')
          return must(
            exchange.forwarded('to the renewed', 'renewed flow').length > 0 && wrong === undefined,
            'the request does not come over the new connection alone',
            exchange.final('renewed'),
            wrong,
            exchange.final('to the renewed'),
          )
        }),
      },
      {
        statement: '5626-7-1',
        title: 'A request goes to one flow of an instance at a time.',
        judge: given(withOutbound('second flow'), (exchange) => {
          const copies = flowsReached(exchange)
          return must(!together(copies), 'it comes over both flows at once', ...copies)
        }),
      },
      {
        statement: '5626-7-3',
        title: 'After an answer of one flow that is not 408 or 430 no other flow of the instance is tried.',
        judge: given(withOutbound('second flow'), (exchange) => {
          const copies = flowsReached(exchange)
          if (copies.length === 0) return inapplicable('the request reaches no flow')
          if (together(copies)) return inapplicable('it comes over both flows at once')
          return must(
            copies.length === 1,
            'the other flow is tried after 486',
            ...copies,
            exchange.final('to one of two'),
          )
        }),
      },
      {
        statement: '5626-7-5',
        title: 'A flow that is gone is found out at once: 430, 480, 404 or 410.',
        judge: given(withOutbound('second flow'), (exchange) => {
          const status = exchange.status('to a lost flow')
          if (status === 0) return violation('no answer within 3 s', exchange.sent('to a lost flow'))
          return must(
            [404, 408, 410, 430, 480].includes(status),
            `answered ${status}`,
            exchange.sent('to a lost flow'),
            exchange.final('to a lost flow'),
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'flows/silence',
    element: 'server',
    title: 'a connection that says nothing until its Flow-Timer is over',
    needs: ['stream', 'slow'],
    limitMs: 200_000,
    async stimulate(stage) {
      const party = await stage.party('caller', { account: 1 })
      const answer = await enrol(stage, party, 'flow', flowOf(party))
      const seconds = Number(answer.get('Flow-Timer') ?? 0)
      if (seconds === 0 || seconds > 150) return
      await stage.wait(seconds * 1000)
      await stage.ask(
        party,
        party.request('OPTIONS', `sip:${stage.target.domain}`, { body: ours(party) }),
        'after silence',
      )
    },
    expectations: [
      {
        statement: '5626-5.4-4',
        title: 'A connection is not given up before its Flow-Timer.',
        judge: (exchange) => {
          if (exchange.sent('after silence') === undefined) return inapplicable('there is no Flow-Timer of up to 150 s')
          return must(
            exchange.event('caller', 'closed') === undefined && exchange.status('after silence') > 0,
            'the connection is closed before',
            exchange.final('flow'),
            exchange.event('caller', 'closed'),
          )
        },
      },
    ],
  }),
]

const flowsReached = (exchange: Exchange) =>
  ['renewed flow', 'other flow'].flatMap((party) => exchange.forwarded('to one of two', party))

const together = ([first, second]: readonly SipEntry[]): boolean =>
  first !== undefined && second !== undefined && Math.abs(first.atMs - second.atMs) < 100
