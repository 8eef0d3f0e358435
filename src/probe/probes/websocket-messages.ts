import { registrarUri } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { answeredAlike, must, pass, violation } from '../judgement.js'
import { boundaryExpectations, sendHalves, sendTogether } from '../message-boundaries.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'
import type { Stage } from '../stage.js'

const settleMs = 300
const lineEnd = Buffer.from('\r\n')
const ping = Buffer.from('\r\n\r\n')

/** A party of its own asks in another way, since some close the connection at what they do not take. */
async function tell(stage: Stage, label: string, change: (text: string) => string): Promise<void> {
  const party = await stage.party(label)
  stage.send(party, change(optionsOf(stage, party)), label)
  await stage.final(label)
}

const optionsOf = (stage: Stage, party: Party): string => writeRequest(party.request('OPTIONS', registrarUri(stage)))

/** What the plain request shows first: OPTIONS is answered at all. */
const asPlain = (label: string) => answeredAlike(label, 'plain')

/** 65,535 octets are what RFC 3261 18.1.1 wants of every element; the others find a limit. */
const sizes = [
  { name: '64 kB', bytes: 65_535 },
  { name: '300 kB', bytes: 300_000 },
  { name: '2 MB', bytes: 2_000_000 },
] as const

const outcome = (exchange: Exchange, name: string): string => {
  const status = exchange.status(name)
  return status > 0 ? `answered ${status}` : (exchange.event(name, 'closed')?.text ?? 'no answer')
}

/** One SIP message in one WebSocket message (RFC 7118 5), whatever its Content-Length says. */
export const webSocketMessageProbes: readonly Probe[] = [
  defineProbe({
    id: 'websocket/lengths',
    element: 'server',
    title: 'OPTIONS without Content-Length, with one that is too large, and with bytes behind the body',
    needs: ['ws'],
    async stimulate(stage) {
      await tell(stage, 'plain', (text) => text)
      await tell(stage, 'no length', (text) => text.replace('Content-Length: 0\r\n', ''))
      await tell(stage, 'long', (text) => text.replace('Content-Length: 0', 'Content-Length: 40'))
      await tell(stage, 'surplus', (text) => `${text}surplus`)
    },
    expectations: [boundaryExpectations.noLength, boundaryExpectations.lengths],
  }),
  defineProbe({
    id: 'websocket/boundaries',
    element: 'server',
    title: 'two requests in one WebSocket message, and one request in two',
    needs: ['ws'],
    async stimulate(stage) {
      await tell(stage, 'plain', (text) => text)
      const both = await stage.party('both')
      await sendTogether(stage, both, optionsOf(stage, both), optionsOf(stage, both))
      const halves = await stage.party('halves')
      await sendHalves(stage, halves, optionsOf(stage, halves))
    },
    expectations: [boundaryExpectations.together, boundaryExpectations.halves],
  }),
  defineProbe({
    id: 'websocket/addresses',
    element: 'server',
    title: 'OPTIONS whose Via has a host that cannot be resolved, as clients in browsers have it',
    needs: ['ws'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const { host, port } = caller.wire.local
      const ask = (label: string, sentBy: string) =>
        stage.ask(caller, caller.request('OPTIONS', registrarUri(stage), { vias: [caller.via({ sentBy })] }), label)
      await ask('plain', `${host}:${port}`)
      await ask('invalid', `${caller.token()}.invalid`)
    },
    expectations: [
      {
        statement: '7118-D-08',
        title: 'A Via of .invalid changes nothing: the response comes over the same connection.',
        judge: asPlain('invalid'),
      },
    ],
  }),
  defineProbe({
    id: 'websocket/sizes',
    element: 'server',
    title: `OPTIONS of ${sizes.map(({ name }) => name).join(', ')}`,
    needs: ['ws'],
    limitMs: 30_000,
    async stimulate(stage) {
      for (const { name, bytes } of sizes) {
        const party = await stage.party(name)
        const uri = registrarUri(stage)
        const parts = party.request('OPTIONS', uri, { body: 'x', contentType: 'text/plain' })
        const body = 'x'.repeat(bytes - writeRequest(parts).length - 4)
        stage.send(party, { ...parts, body }, name)
        await stage.until((exchange) => exchange.status(name) > 0 || exchange.event(name, 'closed') !== undefined)
      }
    },
    expectations: [
      {
        statement: '7118-D-36',
        title: 'A message of 64 kB is taken; one that is too large is refused by 413, 513 or close 1009.',
        judge: (exchange) => {
          const [whole, ...larger] = sizes.map(({ name }) => name)
          const status = exchange.status(whole ?? '')
          if (status === 0 || status === 413 || status === 513)
            return violation(`64 kB: ${outcome(exchange, whole ?? '')}`, exchange.sent(whole ?? ''))
          const lost = larger.find(
            (name) => exchange.status(name) === 0 && exchange.event(name, 'closed by a close frame 1009') === undefined,
          )
          return lost === undefined ? pass : violation(`${lost}: ${outcome(exchange, lost)}`, exchange.sent(lost))
        },
      },
    ],
  }),
  defineProbe({
    id: 'websocket/line-ends',
    element: 'server',
    title: 'a message of one line end, and a ping of two',
    needs: ['ws'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      stage.sendBytes(caller, lineEnd)
      await stage.wait(settleMs)
      stage.sendBytes(caller, ping)
      await stage.until((exchange) => exchange.others('caller').some(({ text }) => text === '\r\n'))
      await stage.wait(settleMs)
    },
    expectations: [
      {
        statement: '7118-D-19',
        title: 'A ping is answered by one line end, and neither by a SIP response.',
        judge: (exchange) => {
          const [response] = exchange.received('caller')
          if (response !== undefined) return violation('line ends are answered by a SIP message', response)
          const sent = exchange.entries.find(({ text }) => text === ping.toString())
          const pong = exchange.others('caller').some(({ text, atMs }) => text === '\r\n' && atMs >= (sent?.atMs ?? 0))
          return must(pong, 'no pong within 2.5 s', sent, exchange.event('caller', 'closed'))
        },
      },
    ],
  }),
]
