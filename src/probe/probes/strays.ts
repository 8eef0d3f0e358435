import { writeResponse } from '../../sip/message/response.js'
import type { SipMessage } from '../../sip/message/sip-message.js'
import { acceptOf, answerOf, hangUp, incoming, pair, ring } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { inapplicable, must } from '../judgement.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import type { Stage } from '../stage.js'

/** A response that is changed before it is sent. */
function stray(stage: Stage, party: Party, request: SipMessage, label: string, change: (text: string) => string): void {
  const text = change(writeResponse(request, 486, `Stray ${label}`, answerOf(party, `stray${label.replace(' ', '')}`)))
  stage.send(party, text, label)
}

const seen = (exchange: Exchange, label: string) =>
  exchange.received('caller').find(({ message }) => message.reason === `Stray ${label}`)

const acknowledged = (exchange: Exchange, label: string) =>
  exchange.requests('callee', 'ACK').find(({ message }) => message.toTag === `stray${label.replace(' ', '')}`)

const sentStray = (exchange: Exchange, label: string) =>
  exchange.entries.find((entry) => entry.label === label && entry.direction === 'sent')

const ignored = (label: string) => (exchange: Exchange) => {
  const sent = sentStray(exchange, label)
  if (sent === undefined) return inapplicable('the INVITE does not reach our callee')
  return must(seen(exchange, label) === undefined, 'it reaches the caller', sent, seen(exchange, label))
}

const timerB: Probe['expectations'] = (['3261-16.7-21', '3261-16.8-3'] as const).map((statement) => ({
  statement,
  title: 'A call that nobody answers ends with 408.',
  judge: (exchange: Exchange) => {
    const status = exchange.status('invite')
    return must(
      status === 408,
      status === 0 ? 'no final response within 40 s' : `answered ${status}`,
      exchange.sent('invite'),
      exchange.final('invite'),
    )
  },
}))

const afterSeconds = (exchange: Exchange): number => {
  const end = exchange.requests('callee', 'CANCEL')[0] ?? exchange.final('invite')
  return ((end?.atMs ?? Number.POSITIVE_INFINITY) - (exchange.sent('invite')?.atMs ?? 0)) / 1000
}

const timerC: Probe['expectations'] = [
  {
    statement: '3261-16.8-2',
    title: 'When timer C fires a call that rings is cancelled.',
    judge: (exchange) =>
      must(exchange.requests('callee', 'CANCEL').length > 0, 'no CANCEL within 230 s', exchange.sent('invite')),
  },
  {
    statement: '3261-16.6-63',
    title: 'There is a timer C: a call that rings for ever is ended.',
    judge: (exchange) => must(exchange.status('invite') > 0, 'no end within 235 s', exchange.sent('invite')),
  },
  {
    statement: '3261-16.6-64',
    title: 'Timer C is longer than 3 minutes.',
    judge: (exchange) =>
      must(
        afterSeconds(exchange) > 180,
        `the call is ended after ${afterSeconds(exchange).toFixed(1)} s`,
        exchange.sent('invite'),
        exchange.requests('callee', 'CANCEL')[0] ?? exchange.final('invite'),
      ),
  },
]

/** Responses that nobody asked for, and responses that never come. */
export const strayProbes: readonly Probe[] = [
  defineProbe({
    id: 'strays/responses',
    element: 'proxy',
    title: 'responses with an unknown branch, with a foreign top Via, and with no Via but that of the target',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await ring(stage, caller, callee.aor)
      const arrived = await incoming(stage, callee)
      stage.respond(callee, arrived, 180, answerOf(callee, 'right'))
      stray(stage, callee, arrived, 'unknown branch', (text) =>
        text.replace(/branch=[^;\r,]+/, `branch=z9hG4bK${callee.token()}`),
      )
      stray(stage, callee, arrived, 'foreign via', (text) =>
        text.replace(/^(Via: *SIP\/2\.0\/\S+ +)[^;\r,]+/m, '$1foreign.invalid:5999'),
      )
      stray(stage, callee, arrived, 'single via', (text) => {
        const [top = ''] = arrived.list('Via')
        return text.replace(
          /^(Via:[^\r]*\r\n)+/m,
          `Via: ${top.replace(/branch=[^;]*/, `branch=z9hG4bK${callee.token()}`)}\r\n`,
        )
      })
      await stage.wait(700)
      stage.respond(callee, arrived, 200, acceptOf(callee, 'right'))
      await stage.final('invite')
      await hangUp(stage, caller, 'invite')
    },
    expectations: [
      {
        statement: '6026-6-4',
        title: 'A response with an unknown branch is not passed on.',
        judge: ignored('unknown branch'),
      },
      {
        statement: '6026-7.3-26',
        title: 'A response with an unknown branch is not acknowledged.',
        judge: (exchange) => {
          const sent = sentStray(exchange, 'unknown branch')
          if (sent === undefined) return inapplicable('the INVITE does not reach our callee')
          return must(
            acknowledged(exchange, 'unknown branch') === undefined,
            'it is acknowledged',
            sent,
            acknowledged(exchange, 'unknown branch'),
          )
        },
      },
      {
        statement: '3261-18.1.2-1',
        title: 'A response whose top Via is foreign is ignored.',
        judge: ignored('foreign via'),
      },
      {
        statement: '3261-16.7-6',
        title: 'A response that has no Via but that of the proxy is passed on to nobody.',
        judge: ignored('single via'),
      },
    ],
  }),
  ...(
    [
      ['timers/never-answered', 'a call that never rings and is never answered', false, 45_000],
      ['timers/rings-for-ever', 'a call that rings and is never answered', true, 250_000],
    ] as const
  ).map(([id, title, rings, limitMs]) =>
    defineProbe({
      id,
      element: 'proxy',
      title,
      needs: ['slow'],
      limitMs,
      async stimulate(stage) {
        const [caller, callee] = await pair(stage)
        const invite = await ring(stage, caller, callee.aor)
        const arrived = await incoming(stage, callee)
        if (rings) {
          stage.respond(callee, arrived, 180, answerOf(callee, 'rings'))
          const cancel = await stage.awaitRequest(callee, 'CANCEL', 230_000)
          if (cancel !== undefined) {
            stage.respond(callee, cancel.message, 200)
            stage.respond(callee, arrived, 487, answerOf(callee, 'rings'))
          }
        }
        const final = await stage.final('invite', rings ? 5000 : 40_000)
        if (final !== undefined) stage.acknowledge(caller, invite, final)
      },
      expectations: rings ? timerC : timerB,
    }),
  ),
  defineProbe({
    id: 'timers/rings-on',
    element: 'proxy',
    title: 'a call that rings anew every minute and is answered after four',
    needs: ['slow'],
    limitMs: 300_000,
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await ring(stage, caller, callee.aor)
      const arrived = await incoming(stage, callee)
      for (let minute = 0; minute < 4; minute++) {
        stage.respond(callee, arrived, 180, answerOf(callee, 'rings'))
        await stage.until((exchange) => exchange.requests('callee', 'CANCEL').length > 0, 58_000)
      }
      if (stage.exchange.requests('callee', 'CANCEL').length === 0)
        stage.respond(callee, arrived, 200, acceptOf(callee, 'rings'))
      await stage.final('invite')
      await hangUp(stage, caller, 'invite')
    },
    expectations: [
      {
        statement: '3261-16.7-4',
        title: 'Each provisional response but 100 starts timer C anew.',
        judge: (exchange) => {
          const [cancel] = exchange.requests('callee', 'CANCEL')
          return must(
            cancel === undefined && exchange.status('invite') === 200,
            'the call is given up while it rings',
            cancel,
            exchange.final('invite'),
          )
        },
      },
    ],
  }),
]
