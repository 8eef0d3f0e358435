import { formatAddress } from '../../model/address.js'
import { acceptOf, answerOf, connect, enrol, incoming, ours, pair, ring } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { given, inapplicable, must, unanswered, violation } from '../judgement.js'
import { forwarding, passThrough } from '../pass-through.js'
import { defineProbe, type Probe } from '../probe.js'

const withheldMs = 10_000
const lateMs = 60_000

/** From a request to its final response; infinite when there is none. */
const secondsTo = (exchange: Exchange, label: string): number =>
  ((exchange.final(label)?.atMs ?? Number.POSITIVE_INFINITY) - (exchange.sent(label)?.atMs ?? 0)) / 1000

/** Calls through a proxy between WebSockets, and what becomes of them when one is lost. */
export const webSocketCallProbes: readonly Probe[] = [
  defineProbe({
    id: 'websocket/unanswered',
    element: 'proxy',
    title:
      'OPTIONS and INVITE that the callee leaves without an answer for 10 s, and a refusal without its ACK for 3 s',
    needs: ['ws'],
    limitMs: 30_000,
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      stage.send(caller, caller.request('OPTIONS', callee.aor), 'options')
      const invite = await ring(stage, caller, callee.aor)
      const arrived = await incoming(stage, callee)
      await stage.wait(withheldMs)
      stage.respond(callee, arrived, 486, answerOf(callee, 'busy'))
      const options = stage.exchange.forwarded('options', 'callee')[0]
      if (options !== undefined) stage.respond(callee, options.message, 200, answerOf(callee, 'late'))
      const refusal = await stage.final('invite')
      await stage.wait(3000)
      if (refusal !== undefined) stage.acknowledge(caller, invite, refusal)
    },
    expectations: [
      {
        statement: '7118-D-21',
        title:
          'Over WebSocket nothing is sent again: neither a request without an answer nor a refusal without its ACK.',
        judge: given(forwarding('invite'), (exchange) => {
          const copies = ['options', 'invite'].map((label) => exchange.forwarded(label, 'callee'))
          const again = copies.find((each) => each.length > 1) ?? []
          if (again.length > 1) return violation(`${again.length} copies of a request`, ...again.slice(0, 2))
          const finals = exchange.finals('invite')
          return must(finals.length <= 1, `${finals.length} copies of the refusal`, ...finals.slice(0, 2))
        }),
      },
    ],
  }),
  defineProbe({
    id: 'websocket/repeated-answer',
    element: 'proxy',
    title: 'a call whose callee repeats its 200 as long as there is no ACK',
    needs: ['ws'],
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await ring(stage, caller, callee.aor)
      const arrived = await incoming(stage, callee)
      for (const waitMs of [500, 1000, 300]) {
        stage.respond(callee, arrived, 200, acceptOf(callee, 'repeated'))
        await stage.wait(waitMs)
      }
    },
    expectations: [
      {
        statement: '7118-D-22',
        title: 'A 2xx to INVITE is repeated end to end until its ACK comes, over WebSocket too.',
        judge: given(forwarding('invite'), (exchange) => {
          const finals = exchange.finals('invite')
          const [first] = finals
          if (first === undefined || first.message.status >= 300)
            return unanswered(exchange, 'invite') ?? inapplicable('the call is refused')
          return must(finals.length === 3, `${finals.length} of three copies of the 200 arrive`, ...finals)
        }),
      },
    ],
  }),
  defineProbe({
    id: 'websocket/timers',
    element: 'proxy',
    title: 'OPTIONS and INVITE that a callee on a WebSocket never answers',
    needs: ['ws', 'slow'],
    limitMs: 60_000,
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      stage.send(caller, caller.request('OPTIONS', callee.aor), 'options')
      const invite = await ring(stage, caller, callee.aor)
      const refusal = await stage.final('invite', 45_000)
      if (refusal !== undefined && refusal.status >= 300) stage.acknowledge(caller, invite, refusal)
    },
    expectations: [
      {
        statement: '7118-D-23',
        title: 'A call that is never answered fails after 64 T1 (32 s), not sooner and not later.',
        judge: given(forwarding('invite'), (exchange) => {
          const early = ['invite', 'options'].find((label) => secondsTo(exchange, label) < 30)
          if (early !== undefined) {
            const seconds = secondsTo(exchange, early).toFixed(1)
            const found = `${early}: answered ${exchange.status(early)} after ${seconds} s`
            return violation(found, exchange.sent(early), exchange.final(early))
          }
          // RFC 4320 4.2: what is no INVITE gets no 408, and so it may end without an answer.
          const late = secondsTo(exchange, 'invite') > 40
          return must(!late, 'no answer within 40 s', exchange.sent('invite'), exchange.final('invite'))
        }),
      },
    ],
  }),
  defineProbe({
    id: 'websocket/route',
    element: 'proxy',
    title: 'OPTIONS with a Route of the target over WebSocket, and one for a client that has no connection',
    needs: ['ws'],
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const route = `<sip:${formatAddress(stage.target.address)};transport=ws;lr>`
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor), 'plain')
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor, { routes: [route] }), 'routed')
      const nowhere = `sip:nobody@${caller.token()}.invalid;transport=ws`
      await stage.ask(caller, caller.request('OPTIONS', nowhere), 'nowhere', { withinMs: 6000 })
    },
    expectations: [
      {
        statement: '7118-D-45',
        title:
          'A Route of the target itself is used up, and a client without a connection is not looked for in DNS or a loop.',
        judge: given(forwarding('plain'), (exchange) => {
          const [arrived] = exchange.forwarded('routed', 'callee')
          if (arrived === undefined || arrived.message.list('Route').length > 0) {
            const found =
              arrived === undefined ? 'the request with the Route does not arrive' : 'the Route is still there'
            return violation(found, exchange.sent('routed'), arrived, exchange.final('routed'))
          }
          const status = exchange.status('nowhere')
          if (status === 0)
            return violation('no answer for a client without a connection within 6 s', exchange.sent('nowhere'))
          return must(
            status >= 300 && status !== 482 && status !== 483,
            `answered ${status}`,
            exchange.sent('nowhere'),
            exchange.final('nowhere'),
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'websocket/from-udp',
    element: 'proxy',
    title: 'a call from WebSocket to UDP, and OPTIONS in its dialog from the side of UDP',
    needs: ['ws', 'udp-too'],
    async stimulate(stage) {
      const { callee, calleeLeg, caller } = await connect(stage, { calleeOver: 'udp' })
      stage.send(callee, calleeLeg.request('OPTIONS'), 'back')
      const arrived = await stage.awaitRequest(caller, 'OPTIONS')
      if (arrived !== undefined) stage.respond(caller, arrived.message, 200)
      await stage.final('back')
    },
    expectations: [
      {
        statement: '7118-D-27',
        title: 'A request of the dialog from the side of UDP comes down the WebSocket, with no Route left.',
        judge: (exchange) => {
          const sent = exchange.sent('back')
          if (sent === undefined) return inapplicable('the conversation did not come that far')
          const [arrived] = exchange.forwarded('back', 'caller')
          if (arrived === undefined) return violation('it does not arrive', sent, exchange.final('back'))
          return must(arrived.message.list('Route').length === 0, 'it still has a Route', sent, arrived)
        },
      },
    ],
  }),
  defineProbe({
    id: 'websocket/come-back',
    element: 'proxy',
    title: 'a call whose caller loses its WebSocket and sends re-INVITE over a new one, with a new Contact',
    needs: ['ws'],
    async stimulate(stage) {
      const { caller, callee, callerLeg } = await connect(stage)
      caller.wire.lose?.()
      callerLeg.ended = true
      await stage.wait(300)
      const back = await stage.party('back')
      await enrol(stage, back, 'again')
      const changes = { vias: [back.via()], contact: `<${back.contact}>`, body: ours(back) }
      stage.answerWith(callee, (request) => {
        if (request.method === 'INVITE') stage.respond(callee, request, 200, acceptOf(callee, ''))
        else if (request.method !== 'ACK') stage.respond(callee, request, 200)
      })
      await stage.ask(back, callerLeg.request('INVITE', changes), 're-invite')
      stage.send(back, callerLeg.request('ACK', { vias: [back.via()] }), 'ack')
      await stage.ask(back, callerLeg.request('BYE', { vias: [back.via()] }), 'bye')
    },
    expectations: [
      {
        statement: '7118-D-33',
        title: 'A re-INVITE over a new connection is passed on in its dialog.',
        judge: (exchange) => {
          const sent = exchange.sent('re-invite')
          if (sent === undefined) return inapplicable('the conversation did not come that far')
          const endedBefore = exchange.requests('callee', 'BYE').some(({ atMs }) => atMs < sent.atMs)
          const arrived = exchange.forwarded('re-invite', 'callee')
          if (arrived.length === 0 && endedBefore)
            return inapplicable('the target ends a call whose connection is lost')
          return must(
            arrived.length > 0 && exchange.status('re-invite') < 300,
            arrived.length === 0
              ? 'the re-INVITE does not reach the callee'
              : `answered ${exchange.status('re-invite')}`,
            sent,
            exchange.final('re-invite'),
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'websocket/lost-in-call',
    element: 'proxy',
    title: 'a call whose caller loses its WebSocket',
    needs: ['ws', 'ends-lost-calls'],
    limitMs: 90_000,
    async stimulate(stage) {
      const { caller, callee, callerLeg } = await connect(stage)
      caller.wire.lose?.()
      callerLeg.ended = true
      const bye = await stage.awaitRequest(callee, 'BYE', lateMs)
      if (bye !== undefined) stage.respond(callee, bye.message, 200)
    },
    expectations: [
      {
        statement: '7118-D-30',
        title: 'The far side of a call whose WebSocket is lost gets BYE.',
        judge: (exchange) => {
          if (exchange.final('invite') === undefined) return inapplicable('there was no call')
          return must(exchange.requests('callee', 'BYE').length > 0, 'no BYE within 60 s', exchange.final('invite'))
        },
      },
    ],
  }),
]
