import { clear, enrol, registration, ring } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { inapplicable, must, type ProbeVerdict, unanswered, violation } from '../judgement.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import type { Stage } from '../stage.js'

const instance = '+sip.instance="<urn:uuid:00000000-0000-4000-8000-00000000dcba>"'
const promptMs = 3000

/** RFC 5626 4.2: one instance, one flow. */
const flowOf = (party: Party) => ({
  contact: `<${party.contact};ob>;reg-id=1;${instance}`,
  headers: ['Expires: 120', 'Supported: path, outbound'],
})

/** Calls the address of record and refuses the call where it arrives. */
async function callAndRefuse(stage: Stage, caller: Party, parties: readonly Party[], label: string): Promise<void> {
  const invite = await ring(stage, caller, parties[0]?.aor ?? '', label)
  const arrivals = (exchange: Exchange) =>
    parties.flatMap((party) => exchange.forwarded(label, party.name).map(({ message }) => ({ party, message })))
  await stage.until((exchange) => arrivals(exchange).length > 0 || exchange.status(label) >= 300, promptMs)
  for (const { party, message } of arrivals(stage.exchange)) stage.respond(party, message, 486, { toTag: 'flow' })
  const refusal = await stage.final(label, promptMs)
  if (refusal !== undefined && refusal.status >= 300) stage.acknowledge(caller, invite, refusal)
  else stage.send(caller, { ...invite, method: 'CANCEL', vias: invite.vias.slice(0, 1), body: '', contact: undefined })
}

/** What says that the target does not forward calls at all. */
const noProxy: ReadonlySet<number> = new Set([401, 403, 405, 407, 501, 601, 603])

function notForwarded(exchange: Exchange, label: string): ProbeVerdict | undefined {
  const status = exchange.status(label)
  if (exchange.sent(label) === undefined) return inapplicable('the conversation did not come that far')
  return noProxy.has(status) ? inapplicable(`the target forwards no calls (${status})`) : undefined
}

const hostOf = (uri: string): string => /@([^;>]*)/.exec(uri)?.[1] ?? ''

/** Registrations over WebSocket: RFC 5626 with RFC 7118 5 and its figures. */
export const webSocketFlowProbes: readonly Probe[] = [
  defineProbe({
    id: 'websocket/registered',
    element: 'registrar',
    title: 'calls to a registered WebSocket, to a newer one of the same instance, and after both were lost',
    needs: ['ws'],
    limitMs: 30_000,
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const callee = await stage.party('callee', { account: 1 })
      await clear(stage, callee)
      await enrol(stage, callee, 'flow', flowOf(callee))
      await callAndRefuse(stage, caller, [callee], 'call')
      const renewed = await stage.party('renewed', { account: 1 })
      await stage.ask(renewed, registration(stage, renewed, flowOf(renewed)), 'renewed')
      await callAndRefuse(stage, caller, [renewed, callee], 'call to the renewed')
      callee.wire.lose?.()
      renewed.wire.lose?.()
      await stage.wait(300)
      await callAndRefuse(stage, caller, [renewed], 'call to the lost')
      const cleaning = await stage.party('cleaning', { account: 1 })
      await clear(stage, cleaning)
    },
    expectations: [
      {
        statement: '7118-D-24',
        title: 'A registration with outbound is confirmed by Require: outbound and bound to its connection.',
        judge: (exchange) => {
          const confirmed = exchange.final('flow')?.message.list('Require').includes('outbound') === true
          if (!confirmed) return inapplicable('the registrar does not speak outbound (no Require: outbound in its 200)')
          const missing = notForwarded(exchange, 'call')
          return (
            missing ??
            must(
              exchange.forwarded('call', 'callee').length > 0,
              'a call does not come over the connection',
              exchange.final('flow'),
              exchange.final('call'),
            )
          )
        },
      },
      {
        statement: '7118-D-28',
        title: 'A call comes down the WebSocket of the registration, for its Contact, with Via WS or WSS.',
        judge: (exchange) => {
          const missing = notForwarded(exchange, 'call')
          if (missing !== undefined) return missing
          const [arrived] = exchange.forwarded('call', 'callee')
          if (arrived === undefined)
            return violation('the call does not come', exchange.sent('call'), exchange.final('call'))
          const registered = exchange.sent('flow')?.message.get('Contact') ?? ''
          const { requestUri, topVia } = arrived.message
          if (hostOf(requestUri) !== hostOf(registered))
            return violation(`its Request-URI is ${requestUri}`, exchange.sent('flow'), arrived)
          return must(/^WSS?$/i.test(topVia.transport), `its Via says ${topVia.transport}`, arrived)
        },
      },
      {
        statement: '7118-D-32',
        title: 'After a new connection of the instance, calls come over the new one alone.',
        judge: (exchange) => {
          const missing = notForwarded(exchange, 'call to the renewed') ?? unanswered(exchange, 'renewed')
          if (missing !== undefined) return missing
          const [wrong] = exchange.forwarded('call to the renewed', 'callee')
          return must(
            exchange.forwarded('call to the renewed', 'renewed').length > 0 && wrong === undefined,
            wrong === undefined ? 'the call does not come over the new one' : 'the call comes over the old one',
            exchange.sent('renewed'),
            wrong,
            exchange.final('call to the renewed'),
          )
        },
      },
      {
        statement: '7118-D-29',
        title: 'A call to a lost WebSocket is refused at once, with 430, 480, 404 or 410.',
        judge: (exchange) => {
          const missing = notForwarded(exchange, 'call to the lost')
          if (missing !== undefined) return missing
          const status = exchange.status('call to the lost')
          if (status === 0) return violation('no answer within 3 s', exchange.sent('call to the lost'))
          return must(
            [404, 408, 410, 430, 480].includes(status),
            `answered ${status}`,
            exchange.sent('call to the lost'),
            exchange.final('call to the lost'),
          )
        },
      },
    ],
  }),
]
