import { clear, enrol, pair } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { answered, anyOf, given, inapplicable, must, unanswered, violation } from '../judgement.js'
import { passThrough } from '../pass-through.js'
import { defineProbe, type Probe } from '../probe.js'

const refusesRelay: Readonly<Record<number, string>> = {
  403: 'the target does not relay to foreign domains (403)',
  404: 'the target does not relay to foreign domains (404)',
  407: 'the target relays to foreign domains with credentials only (407)',
  478: 'the target does not resolve that (478)',
  480: 'the target does not relay to foreign domains (480)',
  604: 'the target does not relay to foreign domains (604)',
}

/** Judged when the request reached the callee; a refusal is the target's policy. */
const relayed =
  (
    label: string,
    judge: (arrived: ReturnType<Exchange['forwarded']>[number], exchange: Exchange) => ReturnType<typeof must>,
  ) =>
  (exchange: Exchange) => {
    const [arrived] = exchange.forwarded(label, 'callee')
    if (arrived !== undefined) return judge(arrived, exchange)
    const reason = refusesRelay[exchange.status(label)]
    return reason === undefined
      ? (unanswered(exchange, label) ?? inapplicable(`not forwarded (${exchange.status(label)})`))
      : inapplicable(reason)
  }

/** Where a proxy sends a request. */
export const routingProbes: readonly Probe[] = [
  defineProbe({
    id: 'routing/foreign',
    element: 'proxy',
    title: 'OPTIONS for a foreign host, with maddr of our callee, and with a Route of a strict router',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const { host, port } = callee.wire.local
      await passThrough(
        stage,
        caller,
        callee,
        caller.request('OPTIONS', `sip:guest@${host}:${port};x-probe=kept`),
        'foreign',
      )
      await passThrough(
        stage,
        caller,
        callee,
        caller.request('OPTIONS', `sip:guest@elsewhere.invalid:${port};maddr=${host}`),
        'maddr',
      )
      const strict = caller.request('OPTIONS', 'sip:guest@elsewhere.invalid', {
        routes: [`<sip:strict@${host}:${port}>`],
      })
      await passThrough(stage, caller, callee, strict, 'strict')
    },
    needs: ['udp'],
    expectations: [
      {
        statement: '3261-16.5-2',
        title: 'A Request-URI of a foreign domain is forwarded as it is.',
        judge: relayed('foreign', (arrived, exchange) =>
          must(
            arrived.message.requestUri === exchange.sent('foreign')?.message.requestUri,
            `the Request-URI is ${arrived.message.requestUri}`,
            exchange.sent('foreign'),
            arrived,
          ),
        ),
      },
      {
        statement: '3261-16.5-1',
        title: 'A request with maddr goes there and keeps its Request-URI.',
        judge: (exchange) => {
          const [arrived] = exchange.forwarded('maddr', 'callee')
          if (arrived !== undefined)
            return must(arrived.message.requestUri.includes('maddr='), 'the Request-URI has lost maddr', arrived)
          if (exchange.forwarded('foreign', 'callee').length === 0)
            return inapplicable('the target does not relay to foreign hosts')
          return (
            unanswered(exchange, 'maddr') ??
            violation(
              `not sent to maddr (${exchange.status('maddr')})`,
              exchange.sent('maddr'),
              exchange.final('maddr'),
            )
          )
        },
      },
      {
        statement: '3261-16.6-42',
        title: 'Before a strict router its URI becomes the Request-URI, and the Request-URI the last Route.',
        judge: relayed('strict', (arrived) => {
          const { message } = arrived
          const last = message.list('Route').at(-1) ?? ''
          return must(
            message.requestUri.startsWith('sip:strict@') && last.includes('guest@elsewhere.invalid'),
            `Request-URI ${message.requestUri}, last Route ${last === '' ? 'none' : last}`,
            arrived,
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'routing/nobody',
    element: 'proxy',
    title: 'OPTIONS for a user that does not exist, and for one that is not registered',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor), 'plain')
      await stage.ask(
        caller,
        caller.request('OPTIONS', `sip:nobody-${stage.rng.token()}@${stage.target.domain}`),
        'unknown',
      )
      await clear(stage, callee)
      await stage.ask(caller, caller.request('OPTIONS', callee.aor), 'unregistered', { withinMs: 4000 })
    },
    expectations: [
      {
        statement: '3261-16.5-15',
        title: 'A user that does not exist is answered 404.',
        judge: answered('unknown', {
          accept: anyOf(404),
          skip: { 480: 'the target takes every user for one of its own (480)' },
          expected: '404',
        }),
      },
      {
        statement: '3261-16.5-16',
        title: 'A user without a binding is answered with an error.',
        judge: answered('unregistered', {
          accept: (status) => status >= 400 && status !== 401 && status !== 407,
          expected: 'an error',
        }),
      },
    ],
  }),
  defineProbe({
    id: 'routing/dead-target',
    element: 'proxy',
    title: 'OPTIONS for a user whose registered TCP port is closed',
    limitMs: 25_000,
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor), 'plain')
      await clear(stage, callee)
      const dead = `<sip:dead@${callee.wire.local.host}:9;transport=tcp>`
      await enrol(stage, callee, 'dead', { contact: dead })
      await stage.ask(caller, caller.request('OPTIONS', callee.aor), 'to the dead', { withinMs: 15_000 })
    },
    expectations: [
      {
        statement: '3261-16.9-1',
        title: 'A target that cannot be reached is taken for one that answered 503, without waiting for timers.',
        judge: given(
          (exchange) =>
            exchange.forwarded('plain', 'callee').length > 0 ? undefined : inapplicable('the target does not forward'),
          (exchange) => {
            const [sent, final] = [exchange.sent('to the dead'), exchange.final('to the dead')]
            if (exchange.forwarded('to the dead', 'callee').length > 0) {
              return inapplicable('it goes over the connection of the registration')
            }
            if (final === undefined) return violation('no answer within 15 s', sent)
            const ms = final.atMs - (sent?.atMs ?? 0)
            return must(
              final.message.status >= 400 && ms < 12_000,
              `answered ${final.message.status} after ${Math.round(ms)} ms`,
              sent,
              final,
            )
          },
        ),
      },
    ],
  }),
  defineProbe({
    id: 'routing/strange-cancel',
    element: 'proxy',
    title: 'CANCEL of a request that the target never saw',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor), 'plain')
      const cancel = { ...caller.request('CANCEL', callee.aor), contact: undefined }
      await passThrough(stage, caller, callee, cancel, 'cancel')
    },
    expectations: [
      {
        statement: '3261-16.10-6',
        title: 'A CANCEL of a request that is not known is forwarded without state.',
        judge: given(
          (exchange) =>
            exchange.forwarded('plain', 'callee').length > 0 ? undefined : inapplicable('the target does not forward'),
          (exchange) => {
            const status = exchange.status('cancel')
            return must(
              exchange.forwarded('cancel', 'callee').length > 0,
              status === 0 ? 'neither forwarded nor answered' : `answered ${status} and not forwarded`,
              exchange.sent('cancel'),
              exchange.final('cancel'),
            )
          },
        ),
      },
    ],
  }),
]
