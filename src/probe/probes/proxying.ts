import { pair } from '../conversation.js'
import type { Exchange, SipEntry } from '../exchange.js'
import { answered, anyOf, given, must, pass, unanswered, violation } from '../judgement.js'
import { forwarding, passThrough } from '../pass-through.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'
import type { Stage } from '../stage.js'

const targetRoute = ({ target }: Stage): string =>
  `<sip:${target.address.host}:${target.address.port};transport=${target.transport === 'wss' ? 'ws' : target.transport};lr>`

/** Requests that are broken in one place each; `answerable`: what a response needs is whole. */
const brokenRequests: readonly {
  readonly name: string
  readonly answerable: boolean
  readonly breaks: (text: string) => string
}[] = [
  { name: 'without Via', answerable: false, breaks: (text) => text.replace(/^Via:.*\r\n/m, '') },
  { name: 'without CSeq', answerable: false, breaks: (text) => text.replace(/^CSeq:.*\r\n/m, '') },
  { name: 'without Call-ID', answerable: false, breaks: (text) => text.replace(/^Call-ID:.*\r\n/m, '') },
  { name: 'without To', answerable: false, breaks: (text) => text.replace(/^To:.*\r\n/m, '') },
  { name: 'with a word for CSeq', answerable: false, breaks: (text) => text.replace(/^CSeq: \d+/m, 'CSeq: many') },
  { name: 'with version 7.0', answerable: true, breaks: (text) => text.replace(' SIP/2.0\r\n', ' SIP/7.0\r\n') },
  {
    name: 'with a word for Max-Forwards',
    answerable: true,
    breaks: (text) => text.replace(/^Max-Forwards:.*\r\n/m, 'Max-Forwards: many\r\n'),
  },
  {
    name: 'with half a Route',
    answerable: true,
    breaks: (text) => text.replace(/^Max-Forwards/m, 'Route: <sip:\r\nMax-Forwards'),
  },
]

const marker = 'X-Probe-Broken'

const seenBroken = (exchange: Exchange, fits: (name: string) => boolean): SipEntry | undefined =>
  exchange.requests('callee').find(({ message }) => fits(message.get(marker) ?? '') && message.has(marker))

/** What a proxy checks before it forwards. */
export const proxyingProbes: readonly Probe[] = [
  defineProbe({
    id: 'proxying/through',
    element: 'proxy',
    title: 'an unknown method with unknown fields, requests with a Route and with maddr of the proxy',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor), 'plain')
      await passThrough(
        stage,
        caller,
        callee,
        caller.request('XPROBE', callee.aor, { headers: ['X-Probe: kept as it is;"<'] }),
        'unknown',
      )
      await passThrough(
        stage,
        caller,
        callee,
        caller.request('OPTIONS', callee.aor, { routes: [targetRoute(stage)] }),
        'routed',
      )
      const own = `${callee.aor};maddr=${stage.target.address.host}`
      await passThrough(stage, caller, callee, caller.request('OPTIONS', own, { to: `<${callee.aor}>` }), 'own maddr')
    },
    expectations: [
      {
        statement: '3261-16.3-7',
        title: 'Unknown methods and fields pass unchanged.',
        judge: given(forwarding('plain'), (exchange) => {
          const [arrived] = exchange.forwarded('unknown', 'callee')
          if (arrived === undefined)
            return (
              unanswered(exchange, 'unknown') ??
              violation(
                `the method is refused (${exchange.status('unknown')})`,
                exchange.sent('unknown'),
                exchange.final('unknown'),
              )
            )
          return must(
            arrived.message.get('X-Probe') === 'kept as it is;"<',
            'the unknown field is changed or lost',
            exchange.sent('unknown'),
            arrived,
          )
        }),
      },
      {
        statement: '3261-16.4-6',
        title: 'A first Route that is the proxy itself is removed.',
        judge: given(forwarding('routed'), (exchange) => {
          const [arrived] = exchange.forwarded('routed', 'callee')
          return must(
            arrived?.message.list('Route').length === 0,
            'the Route is still there',
            exchange.sent('routed'),
            arrived,
          )
        }),
      },
      {
        statement: '3261-16.4-5',
        title: 'maddr of the proxy itself is stripped, and the request goes on as without.',
        judge: given(forwarding('plain'), (exchange) => {
          const [arrived] = exchange.forwarded('own maddr', 'callee')
          if (arrived === undefined)
            return (
              unanswered(exchange, 'own maddr') ??
              violation(
                `answered ${exchange.status('own maddr')}`,
                exchange.sent('own maddr'),
                exchange.final('own maddr'),
              )
            )
          return must(!arrived.message.requestUri.includes('maddr'), 'the Request-URI still has maddr', arrived)
        }),
      },
    ],
  }),
  defineProbe({
    id: 'proxying/hops',
    element: 'proxy',
    title: 'a request with Max-Forwards: 0, and one with Proxy-Require of an unknown extension',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await stage.ask(caller, caller.request('INVITE', callee.aor, { maxForwards: 0 }), 'last hop')
      await stage.ask(
        caller,
        caller.request('OPTIONS', callee.aor, { headers: ['Proxy-Require: x-probe-extension'] }),
        'proxy require',
      )
    },
    expectations: [
      {
        statement: '3261-16.3-9',
        title: 'A request with Max-Forwards: 0 is not forwarded.',
        judge: (exchange) =>
          must(
            exchange.forwarded('last hop', 'callee').length === 0,
            'it arrives at the callee',
            exchange.sent('last hop'),
            ...exchange.forwarded('last hop', 'callee'),
          ),
      },
      {
        statement: '3261-16.3-11',
        title: 'A request with Max-Forwards: 0 is refused with 483.',
        judge: answered('last hop', { accept: anyOf(483), expected: '483' }),
      },
      {
        statement: '3261-16.3-15',
        title: 'An unknown extension in Proxy-Require is refused with 420.',
        judge: (exchange) => {
          const [arrived] = exchange.forwarded('proxy require', 'callee')
          if (arrived !== undefined)
            return violation('the request is forwarded', exchange.sent('proxy require'), arrived)
          return answered('proxy require', { accept: anyOf(420), expected: '420' })(exchange)
        },
      },
    ],
  }),
  defineProbe({
    id: 'proxying/merged',
    element: 'proxy',
    title: 'the same request on two ways',
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      const parts = caller.request('OPTIONS', callee.aor)
      stage.send(caller, parts, 'one way')
      stage.send(caller, { ...parts, vias: [caller.via()] }, 'other way')
      await stage.until((exchange) => exchange.forwarded('one way', 'callee').length > 1, 1000)
      for (const { message } of stage.exchange.requests('callee', 'OPTIONS'))
        stage.respond(callee, message, 200, { toTag: 'merged' })
      await stage.final('other way')
    },
    expectations: [
      {
        statement: '3261-16.3-3',
        title: 'A proxy does not refuse a request because it comes on another way as well.',
        judge: (exchange) =>
          unanswered(exchange, 'other way') ??
          must(
            exchange.status('other way') !== 482,
            'refused with 482',
            exchange.sent('one way'),
            exchange.sent('other way'),
            exchange.final('other way'),
          ),
      },
    ],
  }),
  defineProbe({
    id: 'proxying/broken',
    element: 'proxy',
    title: 'eight requests that are broken in one place each',
    needs: ['udp'],
    async stimulate(stage) {
      const [caller, callee] = await pair(stage)
      await passThrough(stage, caller, callee, caller.request('OPTIONS', callee.aor), 'plain')
      for (const { name, breaks } of brokenRequests) {
        const text = writeRequest(caller.request('OPTIONS', callee.aor, { headers: [`${marker}: ${name}`] }))
        stage.note(caller, breaks(text), name, text)
        caller.send(breaks(text))
        await stage.until(
          (exchange) => exchange.status(name) > 0 || seenBroken(exchange, (seen) => seen === name) !== undefined,
          600,
        )
      }
    },
    expectations: [
      {
        statement: '3261-16.3-1',
        title: 'What is not a well-formed request is not forwarded.',
        judge: given(forwarding('plain'), (exchange) => {
          const seen = seenBroken(exchange, () => true)
          return must(seen === undefined, `a request ${seen?.message.get(marker)} is forwarded`, seen)
        }),
      },
      {
        statement: '3261-16.3-4',
        title: 'What lacks a field that every request has is not forwarded.',
        judge: given(forwarding('plain'), (exchange) => {
          const seen = seenBroken(exchange, (name) => name.startsWith('without'))
          return must(seen === undefined, `a request ${seen?.message.get(marker)} is forwarded`, seen)
        }),
      },
      {
        statement: '3261-16.3-5',
        title: 'What has a malformed Route or Max-Forwards is not forwarded.',
        judge: given(forwarding('plain'), (exchange) => {
          const seen = seenBroken(exchange, (name) => /Route|Max-Forwards/.test(name))
          return must(seen === undefined, `a request ${seen?.message.get(marker)} is forwarded`, seen)
        }),
      },
      {
        statement: '3261-16.3-2',
        title: 'A broken request that can be answered is answered with an error.',
        judge: given(forwarding('plain'), (exchange) => {
          const silent = brokenRequests
            .filter(({ answerable }) => answerable)
            .find(({ name }) => exchange.status(name) < 400)
          if (silent === undefined) return pass
          const seen = seenBroken(exchange, (name) => name === silent.name)
          return violation(
            `the request ${silent.name} is ${seen === undefined ? 'not answered' : 'forwarded'}`,
            exchange.sent(silent.name),
            seen,
          )
        }),
      },
    ],
  }),
]
