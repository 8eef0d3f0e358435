import { acceptOf, connect, pair } from '../conversation.js'
import { inapplicable, inconclusive, must, violation } from '../judgement.js'
import { Leg } from '../leg.js'
import { passThrough } from '../pass-through.js'
import { defineProbe, type Probe } from '../probe.js'
import { ProbeEnd } from '../stage.js'

/** Calls through a proxy: its routes and its responses. */
export const proxiedCallProbes: readonly Probe[] = [
  defineProbe({
    id: 'proxying/dialog',
    element: 'proxy',
    title: 'a call whose callee is slow, requests within it by loose and by strict routing, and its 200 again',
    limitMs: 25_000,
    async stimulate(stage) {
      const { caller, callee, callerLeg } = await connect(stage, { ringMs: 600 })
      await passThrough(stage, caller, callee, callerLeg.request('INFO'), 'within')
      const [own, ...further] = callerLeg.routes
      if (own !== undefined) {
        const uri = /<([^>]*)>/.exec(own)?.[1] ?? own
        await passThrough(
          stage,
          caller,
          callee,
          callerLeg.request('INFO', { uri, routes: [...further, `<${callerLeg.target}>`] }),
          'strict',
        )
      }
      const accepted = stage.exchange.entries.find(({ party, label }) => party === 'callee' && label === '200')
      await stage.wait(300)
      if (accepted !== undefined) stage.send(callee, accepted.text, 'again')
      await stage.wait(500)
    },
    expectations: [
      {
        statement: '3261-16.2-1',
        title: 'An INVITE that is not answered at once gets a 100 within 200 ms.',
        judge: (exchange) => {
          const sent = exchange.sent('invite')
          const [first] = exchange.responses('invite')
          if (sent === undefined || first === undefined) return inconclusive('no response')
          const ms = first.atMs - sent.atMs
          return must(ms <= 300, `the first response comes after ${Math.round(ms)} ms`, sent, first)
        },
      },
      {
        statement: '3261-16.6-22',
        title: 'Requests of a dialog reach the far side by the Record-Route of the proxy.',
        judge: (exchange) => {
          if ((exchange.final('invite')?.message.list('Record-Route').length ?? 0) === 0)
            return inapplicable('there is no Record-Route')
          return must(
            exchange.forwarded('within', 'callee').length > 0,
            `answered ${exchange.status('within')} and not forwarded`,
            exchange.sent('within'),
            exchange.final('within'),
          )
        },
      },
      {
        statement: '3261-16.4-2',
        title: 'What a strict router put into the Request-URI is undone: the last Route is the target again.',
        judge: (exchange) => {
          const sent = exchange.sent('strict')
          if (sent === undefined) return inapplicable('there is no Record-Route')
          const target = sent.message.list('Route').at(-1)?.replace(/^<|>$/g, '')
          const [arrived] = exchange.forwarded('strict', 'callee')
          if (arrived === undefined)
            return violation(`not forwarded (${exchange.status('strict')})`, sent, exchange.final('strict'))
          return must(
            target?.split(';')[0] === arrived.message.requestUri.split(';')[0],
            `the Request-URI is ${arrived.message.requestUri}`,
            sent,
            arrived,
          )
        },
      },
      {
        statement: '3261-16.7-46',
        title: 'A 2xx that is sent again reaches the caller again.',
        judge: (exchange) => {
          if (exchange.entries.find(({ label }) => label === 'again') === undefined)
            return inapplicable('the call was not established')
          return must(
            exchange.finals('invite').length > 1,
            'the second copy does not arrive',
            ...exchange.finals('invite'),
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'proxying/credentials',
    element: 'proxy',
    title: 'INVITE with credentials for another realm before those for this one, and an ACK with credentials',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const first = caller.request('INVITE', callee.aor, { body: 'v=0\r\n' })
      stage.send(caller, first, 'challenged')
      await stage.until(
        (exchange) => exchange.status('challenged') > 0 || exchange.forwarded('challenged', 'callee').length > 0,
      )
      const challenge = stage.exchange.final('challenged')?.message
      const credentials = challenge && stage.credentials(caller, challenge, first)
      if (challenge === undefined || credentials === undefined)
        throw new ProbeEnd('not applicable', 'INVITE is not challenged, or no account is given')
      stage.acknowledge(caller, first, challenge)
      const foreign =
        'Proxy-Authorization: Digest username="x", realm="foreign.invalid", nonce="1", uri="sip:x", response="0123456789abcdef0123456789abcdef"'
      const again = { ...first, vias: [caller.via()], cseq: first.cseq + 1, headers: [foreign, ...credentials] }
      stage.send(caller, again, 'invite')
      await stage.until(
        (exchange) => exchange.forwarded('invite', 'callee').length > 0 || exchange.status('invite') > 0,
      )
      const arrived = stage.exchange.forwarded('invite', 'callee')[0]
      if (arrived !== undefined) stage.respond(callee, arrived.message, 200, acceptOf(callee, 'credentials'))
      const answer = await stage.final('invite')
      if (answer === undefined) return
      if (answer.status >= 300) return stage.acknowledge(caller, again, answer)
      const leg = Leg.ofCaller(caller, answer)
      stage.send(caller, leg.request('ACK', { headers: credentials }), 'credited ack')
      await stage.awaitRequest(callee, 'ACK', 1500)
      stage.send(caller, leg.request('BYE'), 'bye')
      const bye = await stage.awaitRequest(callee, 'BYE')
      if (bye !== undefined) stage.respond(callee, bye.message, 200)
      await stage.final('bye')
    },
    expectations: [
      {
        statement: '3261-22.3-12',
        title: 'Credentials for several realms may stand in any order.',
        judge: (exchange) =>
          must(
            exchange.forwarded('invite', 'callee').length > 0,
            `answered ${exchange.status('invite')}`,
            exchange.sent('invite'),
            exchange.final('invite'),
          ),
      },
      {
        statement: '3261-22.1-8',
        title: 'An ACK with the credentials of its INVITE is taken, and never challenged.',
        judge: (exchange) => {
          if (exchange.sent('credited ack') === undefined) return inapplicable('the call was not answered')
          const [arrived] = exchange.requests('callee', 'ACK')
          return must(
            arrived !== undefined,
            'the ACK does not arrive',
            exchange.sent('credited ack'),
            exchange.responses('credited ack')[0],
          )
        },
      },
    ],
  }),
]
