import { answerOf, incoming, pair, ring } from '../conversation.js'
import { given, inapplicable, must, unanswered } from '../judgement.js'
import { forwarding } from '../pass-through.js'
import { defineProbe, type Probe } from '../probe.js'

/** What a proxy repeats and acknowledges. */
export const proxiedTransactionProbes: readonly Probe[] = [
  defineProbe({
    id: 'proxying/slow-non-invite',
    element: 'proxy',
    title: 'OPTIONS whose callee does not answer for 6 s, with a copy after 5 s',
    needs: ['udp'],
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      stage.send(caller, caller.request('OPTIONS', callee.aor), 'slow')
      const arrived = await stage.awaitRequest(callee, 'OPTIONS')
      if (arrived === undefined) return
      await stage.wait(5000)
      stage.send(caller, stage.exchange.sent('slow')?.text ?? '', 'copy')
      await stage.wait(1000)
      stage.respond(callee, arrived.message, 200, answerOf(callee, 'slow'))
      await stage.final('slow')
    },
    expectations: [
      {
        statement: '4320-3-4',
        title: 'A request that has no final response after 3.5 s gets a 100 over UDP.',
        judge: given(forwarding('slow'), (exchange) => {
          const sent = exchange.sent('slow')
          const trying = exchange.responses('slow').find(({ message }) => message.status === 100)
          return must(
            trying !== undefined && trying.atMs - (sent?.atMs ?? 0) < 4500,
            trying === undefined ? 'no 100 within 5 s' : 'the 100 comes late',
            sent,
            trying,
          )
        }),
      },
      {
        statement: '3261-17.2.2-4',
        title: 'A copy of a request that has had a provisional response gets it again.',
        judge: given(forwarding('slow'), (exchange) => {
          const copyMs = exchange.sent('copy')?.atMs ?? Number.POSITIVE_INFINITY
          const provisional = exchange.responses('slow').filter(({ message }) => message.status < 200)
          if (!provisional.some(({ atMs }) => atMs < copyMs)) return inapplicable('there was no provisional response')
          return must(
            provisional.some(({ atMs }) => atMs >= copyMs),
            'the copy is not answered',
            exchange.sent('copy'),
            provisional[0],
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'proxying/refused-call',
    element: 'proxy',
    title: 'a call that the callee refuses twice with the same bytes, with the ACK of the caller withheld',
    limitMs: 20_000,
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const invite = await ring(stage, caller, callee.aor)
      const arrived = await incoming(stage, callee)
      stage.respond(callee, arrived, 180, answerOf(callee, 'busy'))
      await stage.until((exchange) => exchange.responses('invite').some(({ message }) => message.status === 180))
      stage.send(caller, stage.exchange.sent('invite')?.text ?? '', 'invite copy')
      await stage.wait(200)
      stage.respond(callee, arrived, 486, answerOf(callee, 'busy'))
      const answer = await stage.final('invite')
      await stage.awaitRequest(callee, 'ACK')
      const refusal = stage.exchange.entries.find(({ party, label }) => party === 'callee' && label === '486')
      if (refusal !== undefined) stage.send(callee, refusal.text, 'refused again')
      await stage.wait(1900)
      if (answer !== undefined) stage.acknowledge(caller, invite, answer)
      await stage.wait(2500)
    },
    expectations: [
      {
        statement: '3261-17.1.1.2-22',
        title: 'Each copy of a refusal of INVITE is acknowledged.',
        judge: (exchange) => {
          if (exchange.entries.find(({ label }) => label === 'refused again') === undefined)
            return inapplicable('the call was not refused')
          if (exchange.requests('callee', 'INVITE')[0]?.message.topVia.transport !== 'UDP') {
            return inapplicable('over a stream there are no copies')
          }
          const acks = exchange.requests('callee', 'ACK')
          return must(acks.length >= 2, `${acks.length} ACK for two copies`, ...acks)
        },
      },
      {
        statement: '3261-17.2.1-5',
        title: 'A copy of INVITE is answered with the last provisional response again.',
        judge: (exchange) => {
          const copyMs = exchange.sent('invite copy')?.atMs ?? 0
          const ringing = exchange.responses('invite').filter(({ message }) => message.status === 180)
          return must(
            ringing.some(({ atMs }) => atMs > copyMs),
            'no second 180',
            exchange.sent('invite copy'),
            ringing[0],
          )
        },
      },
      {
        statement: '3261-17.2.1-9',
        title: 'A refusal of INVITE is repeated over UDP until the ACK comes, and never over a stream.',
        judge: (exchange) => {
          const ackMs = exchange.sent('ack')?.atMs ?? 0
          const copies = exchange.finals('invite').filter(({ atMs }) => atMs < ackMs)
          const [first] = copies
          if (first === undefined) return unanswered(exchange, 'invite') ?? inapplicable('the call was not refused')
          if (first.message.topVia.transport !== 'UDP')
            return must(copies.length === 1, `${copies.length} copies over a stream`, ...copies)
          return must(copies.length >= 2, 'not repeated within 1.9 s', ...copies)
        },
      },
      {
        statement: '3261-17.2.1-11',
        title: 'After the ACK a refusal is not sent again.',
        judge: (exchange) => {
          const ackMs = exchange.sent('ack')?.atMs
          if (ackMs === undefined || exchange.finals('invite').length === 0)
            return inapplicable('the call was not refused')
          const late = exchange.finals('invite').filter(({ atMs }) => atMs > ackMs + 200)
          return must(late.length === 0, 'sent again after the ACK', exchange.sent('ack'), ...late.slice(0, 1))
        },
      },
    ],
  }),
]
