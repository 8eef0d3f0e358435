import type { TransportName } from '../model/address.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { Leg } from './leg.js'
import type { Party } from './party.js'
import type { RequestParts } from './request-text.js'
import { audioSdp } from './sdp.js'
import { ProbeEnd, type Stage } from './stage.js'

export const registrarUri = (stage: Stage): string => `sip:${stage.target.domain}`

/** What a REGISTER of that party says; `contact` is the whole header value. */
export const registration = (stage: Stage, party: Party, changes: Partial<RequestParts> = {}): RequestParts =>
  party.request('REGISTER', registrarUri(stage), {
    to: `<${party.aor}>`,
    headers: ['Expires: 120'],
    ...changes,
  })

const noRegistrar: ReadonlySet<number> = new Set([403, 404, 405, 482, 483, 500, 501, 503, 604])

/** Registers, or ends the probe: what is no registrar for us cannot be judged as one. The binding is removed at the end. */
export async function enrol(
  stage: Stage,
  party: Party,
  label = 'register',
  changes: Partial<RequestParts> = {},
): Promise<SipMessage> {
  const answer = await stage.ask(party, registration(stage, party, changes), label)
  const status = answer?.status ?? 0
  if (answer !== undefined && status >= 200 && status < 300) {
    stage.afterwards(() => clear(stage, party))
    return answer
  }
  if (status === 0) throw new ProbeEnd('inconclusive', 'REGISTER is not answered')
  if (status === 401 || status === 407)
    throw new ProbeEnd('inconclusive', 'REGISTER needs credentials: give --accounts')
  const kind = noRegistrar.has(status) ? 'not applicable' : 'inconclusive'
  throw new ProbeEnd(kind, `no registrar for us: REGISTER is answered ${status}`)
}

/** Removes every binding of the party's address of record. */
export async function clear(stage: Stage, party: Party): Promise<void> {
  await stage.ask(party, registration(stage, party, { contact: '*', headers: ['Expires: 0'] }), 'clear')
}

/** A caller and a callee of ours that is registered at the target and answers nothing by itself. */
export async function pair(
  stage: Stage,
  changes: Partial<RequestParts> = {},
  calleeOver: TransportName = stage.target.transport,
): Promise<[Party, Party]> {
  const caller = await stage.party('caller')
  const callee = await stage.party('callee', { account: 1, transport: calleeOver })
  await clear(stage, callee)
  await enrol(stage, callee, 'register', changes)
  return [caller, callee]
}

export const ours = (party: Party): string => audioSdp(party.wire.local)

/** Sends an INVITE without waiting for its end; a challenge is answered first. */
export async function ring(
  stage: Stage,
  caller: Party,
  uri: string,
  label = 'invite',
  changes: Partial<RequestParts> = {},
): Promise<RequestParts> {
  const parts = caller.request('INVITE', uri, { body: ours(caller), ...changes })
  stage.send(caller, parts, label)
  await stage.until(
    (exchange) => exchange.responses(label).length > 0 || exchange.forwarded(label, 'callee').length > 0,
  )
  const refusal = stage.exchange.final(label)?.message
  const credentials = refusal && stage.credentials(caller, refusal, parts)
  if (refusal === undefined || credentials === undefined) return parts
  stage.acknowledge(caller, parts, refusal)
  const again = { ...parts, vias: [caller.via(), ...parts.vias.slice(1)], cseq: parts.cseq + 1, headers: credentials }
  stage.send(caller, again, label)
  return again
}

export interface Connected {
  readonly caller: Party
  readonly callee: Party
  readonly invite: RequestParts
  readonly incoming: SipMessage
  readonly callerLeg: Leg
  readonly calleeLeg: Leg
}

/** The INVITE as it arrives at our callee, or the end of the probe. */
export async function incoming(stage: Stage, callee: Party, label = 'invite'): Promise<SipMessage> {
  await stage.until((exchange) => exchange.forwarded(label, callee.name).length > 0 || exchange.status(label) >= 300)
  const arrived = stage.exchange.forwarded(label, callee.name)[0]
  if (arrived !== undefined) return arrived.message
  const status = stage.exchange.status(label)
  const status1xx = stage.exchange.requests(callee.name, 'INVITE')[0]
  if (status1xx !== undefined)
    throw new ProbeEnd('not applicable', 'the target is no proxy: its INVITE has another Call-ID')
  throw new ProbeEnd('not applicable', `the INVITE does not reach our callee (${status === 0 ? 'no answer' : status})`)
}

/** A whole call from our caller through the target to our callee, who says nothing for `ringMs`. */
export async function connect(
  stage: Stage,
  { ringMs = 0, calleeOver }: { readonly ringMs?: number; readonly calleeOver?: TransportName } = {},
): Promise<Connected> {
  const [caller, callee] = await pair(stage, {}, calleeOver)
  const invite = await ring(stage, caller, callee.aor)
  const arrived = await incoming(stage, callee)
  if (ringMs > 0) await stage.wait(ringMs)
  const toTag = callee.token()
  stage.respond(callee, arrived, 180, answerOf(callee, toTag))
  stage.respond(callee, arrived, 200, acceptOf(callee, toTag))
  const answered = await stage.final('invite')
  if (answered === undefined || answered.status >= 300) {
    throw new ProbeEnd('inconclusive', 'the call was not established')
  }
  const callerLeg = Leg.ofCaller(caller, answered)
  stage.send(caller, callerLeg.request('ACK'), 'ack')
  const calleeLeg = Leg.ofCallee(callee, arrived, toTag)
  endAfterwards(stage, callerLeg, callee)
  await stage.awaitRequest(callee, 'ACK')
  return { caller, callee, invite, incoming: arrived, callerLeg, calleeLeg }
}

/** Answers everything that arrives at a party with 200, once the probe has seen what it wanted. */
export function obey(stage: Stage, party: Party): void {
  stage.answerWith(party, (request) => {
    if (request.method !== 'ACK') stage.respond(party, request, 200, { toTag: 'obeyed' })
  })
}

/** Hangs up when the probe is over. */
export function endAfterwards(stage: Stage, leg: Leg, far?: Party): void {
  stage.afterwards(async () => {
    if (leg.ended) return
    if (far !== undefined) obey(stage, far)
    await stage.ask(leg.party, leg.request('BYE'), 'hang up', { withinMs: 500 })
  })
}

/** Who is called at the target itself. */
export const calledUri = ({ target }: Stage): string => target.callUri ?? `sip:probe@${target.domain}`

/** A call that the target itself answers, or the end of the probe. */
export async function callTarget(
  stage: Stage,
  label = 'invite',
  changes: Partial<RequestParts> = {},
): Promise<{ caller: Party; invite: RequestParts; answer: SipMessage; leg: Leg }> {
  const caller = await stage.party('caller')
  const invite = await ring(stage, caller, calledUri(stage), label, changes)
  const answer = await stage.final(label, 8000)
  if (answer === undefined) {
    const rings = stage.exchange.responses(label).length > 0
    throw new ProbeEnd('inconclusive', rings ? 'the call is not answered in time' : 'INVITE is not answered')
  }
  if (answer.status >= 300) {
    stage.acknowledge(caller, invite, answer)
    throw new ProbeEnd('not applicable', `nobody answers at ${calledUri(stage)} (${answer.status}): give --call URI`)
  }
  const leg = Leg.ofCaller(caller, answer)
  endAfterwards(stage, leg)
  return { caller, invite, answer, leg }
}

/** Acknowledges and ends a call that was answered although the probe wanted none. */
export async function hangUp(stage: Stage, caller: Party, label: string): Promise<void> {
  const answer = stage.exchange.final(label)?.message
  if (answer === undefined || answer.status >= 300) return
  const leg = Leg.ofCaller(caller, answer)
  stage.send(caller, leg.request('ACK'))
  await stage.ask(caller, leg.request('BYE'), `${label} bye`)
}

/** The callee's second device: another party with the same address of record. */
export async function fork(stage: Stage, changes: Partial<RequestParts> = {}): Promise<[Party, Party, Party]> {
  const [caller, callee] = await pair(stage, changes)
  const second = await stage.party('second', { account: 1 })
  await enrol(stage, second, 'register second', changes)
  return [caller, callee, second]
}

/** Answers as a callee does. */
export const answerOf = (party: Party, toTag: string) => ({
  toTag,
  headers: [{ name: 'Contact', value: `<${party.contact}>` }],
})

/** A 200 with a session description. */
export const acceptOf = (party: Party, toTag: string) => ({
  ...answerOf(party, toTag),
  contentType: 'application/sdp',
  body: ours(party),
})

/** Every URI that a response to REGISTER lists, with its expiry in seconds. */
export const bindingsIn = (response: SipMessage | undefined): ReadonlyMap<string, number> =>
  new Map(
    (response?.list('Contact') ?? []).map((value) => [
      /<([^>]*)>/.exec(value)?.[1] ?? '',
      Number(/;expires=(\d+)/.exec(value)?.[1] ?? response?.get('Expires') ?? -1),
    ]),
  )

/** The next call of a target that calls us, or the end of the probe. */
export async function called(stage: Stage, withinMs = 12_000): Promise<{ callee: Party; invite: SipMessage }> {
  const callee = await stage.party('callee')
  const invite = await stage.awaitRequest(callee, 'INVITE', withinMs)
  if (invite === undefined) throw new ProbeEnd('inconclusive', `the target does not call within ${withinMs / 1000} s`)
  return { callee, invite: invite.message }
}

/** Answers what a caller of ours sends to end its call, and whatever else it may still say. */
export function letGo(stage: Stage, callee: Party): void {
  stage.afterwards(async () => {
    obey(stage, callee)
    await stage.wait(300)
  })
}
