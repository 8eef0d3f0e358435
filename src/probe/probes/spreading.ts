import { answerOf, fork, incoming, pair, ring } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { inapplicable, must, type ProbeVerdict, unanswered, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

/** How far a request spreads: redirections, breadth, loops. */
export const spreadingProbes: readonly Probe[] = [
  defineProbe({
    id: 'forking/redirected',
    element: 'proxy',
    title: 'a call that its callee redirects to a third party of ours',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const third = await stage.party('third')
      const invite = await ring(stage, caller, callee.aor)
      const arrived = await incoming(stage, callee)
      const elsewhere = `<sip:third@${third.sentBy}>`
      stage.respond(callee, arrived, 302, { toTag: 'moved', headers: [{ name: 'Contact', value: elsewhere }] })
      await stage.until((exchange) => exchange.requests('third', 'INVITE').length > 0 || exchange.status('invite') > 0)
      await stage.wait(200)
      const [tried] = stage.exchange.requests('third', 'INVITE')
      if (tried !== undefined) stage.respond(third, tried.message, 486, answerOf(third, 'third'))
      const final = await stage.final('invite')
      if (final !== undefined) stage.acknowledge(caller, invite, final)
    },
    expectations: [
      {
        statement: '3261-16.7-7',
        title: 'Contacts of a redirection that the proxy follows itself do not go up.',
        judge: (exchange) => {
          const [tried] = exchange.requests('third', 'INVITE')
          if (tried === undefined) return inapplicable('the target passes redirections on and does not follow them')
          const told = exchange.responses('invite').find(({ message }) => message.status >= 300 && message.status < 400)
          return must(told === undefined, 'the redirection is followed and passed on', tried, told)
        },
      },
    ],
  }),
  defineProbe({
    id: 'forking/breadth',
    element: 'proxy',
    title: 'OPTIONS with Max-Breadth 1000 and with Max-Breadth 1 to two devices',
    async stimulate(stage) {
      const [caller, callee] = await fork(stage)
      const both = ['callee', 'second'] as const
      for (const breadth of [1000, 1]) {
        const label = `breadth ${breadth}`
        stage.send(caller, caller.request('OPTIONS', callee.aor, { headers: [`Max-Breadth: ${breadth}`] }), label)
        await stage.until(
          (exchange) => both.some((name) => exchange.forwarded(label, name).length > 0) || exchange.status(label) > 0,
        )
        await stage.wait(200)
        for (const name of both) {
          const [arrived] = stage.exchange.forwarded(label, name)
          const party = stage.partyOf(name)
          if (arrived !== undefined && party !== undefined) stage.respond(party, arrived.message, 200, { toTag: name })
        }
        await stage.final(label)
      }
    },
    expectations: [
      {
        statement: '5393-5.3.3-3',
        title: 'A Max-Breadth above what the proxy permits is forwarded as what it permits.',
        judge: (exchange) => {
          const copies = ['callee', 'second'].flatMap((name) => exchange.forwarded('breadth 1000', name))
          const [copy] = copies
          if (copy === undefined)
            return unanswered(exchange, 'breadth 1000') ?? inapplicable('the target does not forward')
          const values = copies.map(({ message }) => Number(message.get('Max-Breadth') ?? -1))
          if (values.includes(-1)) return violation('the copy has no Max-Breadth', copy)
          const sum = values.reduce((total, each) => total + each, 0)
          return must(sum < 1000, `forwarded with ${values.join(' and ')}`, copy)
        },
      },
      {
        statement: '5393-5.3.3-6',
        title: 'With Max-Breadth 1 a proxy does not fork in parallel: it forks one after the other or answers 440.',
        judge: (exchange) => {
          const copies = ['callee', 'second'].flatMap((name) => exchange.forwarded('breadth 1', name))
          const forks = ['callee', 'second'].every((name) => exchange.forwarded('breadth 1000', name).length > 0)
          if (!forks) return inapplicable('the target does not fork to both devices at once')
          return must(copies.length < 2, 'forwarded to both at once', exchange.sent('breadth 1'), ...copies)
        },
      },
    ],
  }),
  defineProbe({
    id: 'forking/loops',
    element: 'proxy',
    title: 'OPTIONS to two devices that comes back from one of them, with the same Request-URI and with another',
    async stimulate(stage) {
      const [caller, callee, second] = await fork(stage)
      stage.send(caller, caller.request('OPTIONS', callee.aor), 'first')
      await stage.until((exchange) => exchange.forwarded('first', 'callee').length > 0 || exchange.status('first') > 0)
      await stage.until((exchange) => exchange.forwarded('first', 'second').length > 0, 300)
      const arrived = stage.exchange.forwarded('first', 'callee')[0]?.message
      if (arrived === undefined) return
      const back = (uri: string): string =>
        arrived.text.replace(/^OPTIONS \S+/, `OPTIONS ${uri}`).replace(/^(Via:|v:)/im, `Via: ${callee.via()}\r\nVia:`)
      stage.send(callee, back(callee.aor), 'loop')
      await stage.wait(400)
      stage.send(callee, back(caller.aor), 'spiral')
      await stage.final('spiral', 600)
      for (const party of [callee, second]) {
        for (const { message } of stage.exchange.requests(party.name, 'OPTIONS'))
          stage.respond(party, message, 200, { toTag: party.name })
      }
      await stage.final('first')
    },
    expectations: [
      {
        statement: '3261-16.6-58',
        title: 'A request that comes back with another Request-URI is a spiral and no loop.',
        judge: (exchange) => {
          if (exchange.sent('spiral') === undefined) return inapplicable('the target does not forward')
          return must(
            exchange.status('spiral') !== 482,
            'refused with 482',
            exchange.sent('spiral'),
            exchange.final('spiral'),
          )
        },
      },
      {
        statement: '5393-4.2.2-4',
        title: 'A request that comes back unchanged to a proxy that forks is refused with 482.',
        judge: loopJudge((exchange) =>
          must(
            exchange.status('loop') === 482,
            exchange.status('loop') === 0 ? 'it is not refused' : `answered ${exchange.status('loop')}`,
            exchange.sent('loop'),
            exchange.final('loop'),
          ),
        ),
      },
      {
        statement: '5393-4.1-1',
        title: 'A proxy that forks detects loops before it forwards.',
        judge: loopJudge((exchange) => {
          const again = ['callee', 'second'].flatMap((name) => exchange.forwarded('first', name).slice(1))
          return must(again.length === 0, 'the request is forwarded once more', exchange.sent('loop'), ...again)
        }),
      },
    ],
  }),
]

function loopJudge(judge: (exchange: Exchange) => ProbeVerdict) {
  return (exchange: Exchange): ProbeVerdict => {
    if (exchange.sent('loop') === undefined) return inapplicable('the target does not forward')
    if (exchange.forwarded('first', 'second').length === 0)
      return inapplicable('the target does not fork to both devices')
    return judge(exchange)
  }
}
