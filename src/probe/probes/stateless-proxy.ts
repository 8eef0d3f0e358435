import { writeResponse } from '../../sip/message/response.js'
import { acceptOf, incoming, pair } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { answered, anyOf, inapplicable, inconclusive, must, type ProbeVerdict } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

const forwardedTwice = (judge: (exchange: Exchange) => ProbeVerdict) => (exchange: Exchange) => {
  const copies = exchange.forwarded('invite', 'callee')
  if (copies.length < 2)
    return copies.length === 0
      ? inapplicable('the INVITE does not reach our callee')
      : inconclusive('a copy of the INVITE is not forwarded')
  return judge(exchange)
}

/** Fields that our own Via makes differ are none: the bytes are those that arrive. */
const reached = (exchange: Exchange) => exchange.forwarded('invite', 'callee')

/** What is declared to forward without state. */
export const statelessProxyProbes: readonly Probe[] = [
  defineProbe({
    id: 'declared/stateless-proxy',
    element: 'proxy',
    title: 'an INVITE twice, its CANCEL, a request with Max-Forwards: 0, and a response with a foreign top Via',
    needs: ['stateless-proxy', 'udp'],
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const other = await stage.party('other', { account: 1 })
      const invite = caller.request('INVITE', callee.aor, { body: 'v=0\r\n' })
      stage.send(caller, invite, 'invite')
      const arrived = await incoming(stage, callee)
      await stage.wait(300)
      stage.send(caller, invite, 'invite')
      await stage.until((exchange) => reached(exchange).length > 1, 800)
      const foreign = writeResponse(arrived, 486, 'Stray', { toTag: 'stray' })
      stage.send(callee, foreign.replace(/^(Via: *SIP\/2\.0\/\S+ +)[^;\r,]+/m, '$1foreign.invalid:5999'), 'foreign via')
      stage.send(caller, { ...invite, method: 'CANCEL', body: '', contact: undefined }, 'cancel')
      const cancel = await stage.awaitRequest(callee, 'CANCEL', 800)
      await stage.wait(200)
      if (cancel !== undefined) stage.respond(callee, cancel.message, 200)
      stage.respond(callee, arrived, 486, acceptOf(callee, 'busy'))
      const final = await stage.final('invite')
      if (final !== undefined) stage.acknowledge(caller, invite, final)
      await stage.awaitRequest(callee, 'ACK', 800)
      await stage.ask(caller, caller.request('OPTIONS', callee.aor, { maxForwards: 0 }), 'last hop')
      other.wire.close()
    },
    expectations: [
      {
        statement: '3261-16.11-1',
        title: 'Without state a proxy makes no provisional responses.',
        judge: (exchange) => {
          if (reached(exchange).length === 0) return inapplicable('the INVITE does not reach our callee')
          const own = exchange.responses('invite').find(({ message }) => message.status < 200)
          return must(
            own === undefined,
            'a provisional response that the callee did not send',
            exchange.sent('invite'),
            own,
          )
        },
      },
      {
        statement: '3261-16.11-2',
        title: 'Without state requests are validated as with it.',
        judge: (exchange) => {
          const [arrived] = exchange.forwarded('last hop', 'callee')
          if (arrived !== undefined)
            return must(false, 'a request with Max-Forwards: 0 is forwarded', exchange.sent('last hop'), arrived)
          return answered('last hop', { accept: anyOf(483), expected: '483' })(exchange)
        },
      },
      ...(
        [
          ['3261-16.11-4', 'Without state a request goes to one target.'],
          ['3261-16.11-5', 'Copies of a request go to the same target.'],
        ] as const
      ).map(([statement, title]) => ({
        statement,
        title,
        judge: forwardedTwice((exchange) => {
          const elsewhere = exchange.forwarded('invite', 'other')
          return must(elsewhere.length === 0, 'a copy goes to another target', ...reached(exchange), ...elsewhere)
        }),
      })),
      {
        statement: '3261-16.11-9',
        title: 'Copies of a request leave with the same branch.',
        judge: forwardedTwice((exchange) => {
          const branches = new Set(reached(exchange).map(({ message }) => message.topVia.branch))
          return must(branches.size === 1, `${branches.size} branches`, ...reached(exchange).slice(0, 2))
        }),
      },
      {
        statement: '3261-16.11-13',
        title: 'Copies of a request leave byte by byte alike.',
        judge: forwardedTwice((exchange) =>
          must(
            new Set(reached(exchange).map(({ text }) => text)).size === 1,
            'the copies differ',
            ...reached(exchange).slice(0, 2),
          ),
        ),
      },
      {
        statement: '3261-16.11-16',
        title: 'A CANCEL is forwarded and not answered by the proxy itself.',
        judge: (exchange) => {
          if (reached(exchange).length === 0) return inapplicable('the INVITE does not reach our callee')
          const [arrived] = exchange.requests('callee', 'CANCEL')
          const final = exchange.final('cancel')
          const own = final !== undefined && (arrived === undefined || final.atMs < arrived.atMs + 150)
          return must(
            !own && arrived !== undefined,
            own ? 'the proxy answers it itself' : 'it is not forwarded',
            exchange.sent('cancel'),
            final,
          )
        },
      },
      {
        statement: '3261-16.11-7',
        title: 'CANCEL and the ACK of a refusal go where the INVITE went.',
        judge: (exchange) => {
          if (exchange.final('invite') === undefined) return inapplicable('the refusal does not reach the caller')
          const lost = ['CANCEL', 'ACK'].find((method) => exchange.requests('callee', method).length === 0)
          return must(
            lost === undefined,
            `the ${lost} does not arrive`,
            exchange.sent('invite'),
            exchange.sent(lost === 'ACK' ? 'ack' : 'cancel'),
          )
        },
      },
      {
        statement: '3261-16.11-21',
        title: 'A response with a foreign top Via is dropped.',
        judge: (exchange) => {
          const sent = exchange.entries.find(({ label }) => label === 'foreign via')
          if (sent === undefined) return inapplicable('the INVITE does not reach our callee')
          const seen = exchange.received('caller').find(({ message }) => message.reason === 'Stray')
          return must(seen === undefined, 'it reaches the caller', sent, seen)
        },
      },
    ],
  }),
]
