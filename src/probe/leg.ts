import type { SipMessage } from '../sip/message/sip-message.js'
import type { Party } from './party.js'
import type { RequestParts } from './request-text.js'

interface LegParts {
  readonly party: Party
  readonly local: string
  readonly remote: string
  readonly target: string
  readonly routes: readonly string[]
  readonly callId: string
  readonly cseq: number
}

/** Our side of a dialog (RFC 3261 12). */
export class Leg {
  readonly party: Party
  readonly local: string
  readonly remote: string
  readonly callId: string
  readonly routes: readonly string[]
  readonly target: string
  cseq: number
  ended = false

  constructor({ party, local, remote, target, routes, callId, cseq }: LegParts) {
    this.party = party
    this.local = local
    this.remote = remote
    this.target = target
    this.routes = routes
    this.callId = callId
    this.cseq = cseq
  }

  /** The dialog as the caller has it from a response to its INVITE. */
  static ofCaller(party: Party, response: SipMessage): Leg {
    return new Leg({
      party,
      local: response.get('From') ?? '',
      remote: response.get('To') ?? '',
      target: contactOf(response),
      routes: response.list('Record-Route').reverse(),
      callId: response.callId,
      cseq: response.cseq,
    })
  }

  /** The dialog as the callee has it from an INVITE that it answered with that tag. */
  static ofCallee(party: Party, invite: SipMessage, toTag: string): Leg {
    return new Leg({
      party,
      local: `${invite.get('To') ?? ''};tag=${toTag}`,
      remote: invite.get('From') ?? '',
      target: contactOf(invite),
      routes: invite.list('Record-Route'),
      callId: invite.callId,
      cseq: 100,
    })
  }

  /** The next request; ACK keeps the number of the INVITE. */
  request(method: string, changes: Partial<RequestParts> = {}): RequestParts {
    if (method !== 'ACK') this.cseq += 1
    return {
      method,
      uri: this.target,
      vias: [this.party.via()],
      from: this.local,
      to: this.remote,
      callId: this.callId,
      cseq: this.cseq,
      maxForwards: 70,
      routes: this.routes,
      contact: method === 'ACK' || method === 'BYE' ? undefined : `<${this.party.contact}>`,
      ...changes,
    }
  }
}

const contactOf = (message: SipMessage): string => {
  const value = message.list('Contact')[0] ?? ''
  return /<([^>]*)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? ''
}
