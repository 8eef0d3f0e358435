import type { SipMessage } from '../sip/message/sip-message.js'
import type { Party } from './party.js'
import { ProbeEnd, type Stage } from './stage.js'
import type { Reception } from './wire.js'

/** A client waits after it has lost a connection: RFC 5626 4.5 lets the second wait be up to a minute. */
export const visitMs = 75_000
const registerMs = 10_000

/** The next connection of the client, or the end of the probe. */
export async function visited(stage: Stage, name: string, reception: Partial<Reception> = {}): Promise<Party> {
  const party = await stage.admit(name, { withinMs: visitMs, ...reception })
  if (party === undefined) throw new ProbeEnd('inconclusive', `the client does not connect within ${visitMs / 1000} s`)
  return party
}

/** Answers what clients send, as a registrar with nobody to call. */
export function serve(stage: Stage, party: Party): void {
  stage.answerWith(party, (request) => {
    if (request.method === 'REGISTER') confirm(stage, party, request)
    else if (request.method !== 'ACK') stage.respond(party, request, request.method === 'INVITE' ? 486 : 200, own)
  })
}

const own = { toTag: 'probe' }

/** 200 with the bindings that were asked for. */
export function confirm(stage: Stage, party: Party, register: SipMessage): void {
  const headers = register.list('Contact').map((value) => ({ name: 'Contact', value: `${value};expires=600` }))
  stage.respond(party, register, 200, { ...own, headers })
}

/** The REGISTER of a client that has just come, which is not answered yet; or the end of the probe. */
export async function awaitRegister(stage: Stage, party: Party): Promise<SipMessage> {
  const register = await stage.awaitRequest(party, 'REGISTER', registerMs)
  if (register === undefined) throw new ProbeEnd('inconclusive', 'the client does not register within 10 s')
  return register.message
}

/** The client comes and registers; gives the URI of its Contact. */
export async function enrolled(stage: Stage, name: string): Promise<{ readonly party: Party; readonly uri: string }> {
  const party = await visited(stage, name)
  serve(stage, party)
  return { party, uri: contactUri(await awaitRegister(stage, party)) }
}

export const contactUri = (register: SipMessage): string => {
  const value = register.list('Contact')[0] ?? ''
  return /<([^>]*)>/.exec(value)?.[1] ?? value
}
