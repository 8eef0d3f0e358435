import { writeResponse } from '../sip/message/response.js'
import type { SipMessage } from '../sip/message/sip-message.js'
import { acceptOf, answerOf, called, letGo } from './conversation.js'
import type { Exchange, SipEntry } from './exchange.js'
import { must, type ProbeVerdict } from './judgement.js'
import type { Party } from './party.js'
import { defineProbe, type Probe } from './probe.js'
import type { Stage } from './stage.js'

/** The INVITE that the target sent first, and what it sent later of the same call or another. */
export const firstInvite = (exchange: Exchange): SipMessage | undefined =>
  exchange.requests('callee', 'INVITE')[0]?.message

/** ACKs for responses that had that To tag; without it all of the first call. */
export const acks = (exchange: Exchange, toTag?: string): readonly SipEntry[] =>
  exchange
    .requests('callee', 'ACK')
    .filter(
      ({ message }) =>
        message.callId === firstInvite(exchange)?.callId && (toTag === undefined || message.toTag === toTag),
    )

export const sent = (exchange: Exchange, label: string): SipEntry | undefined => exchange.sent(label)

/** A sentence that is kept when the response of that label is acknowledged. */
export const acknowledged = (statement: string, title: string, label: string, toTag?: string) => ({
  statement,
  title,
  judge: (exchange: Exchange): ProbeVerdict => must(acks(exchange, toTag).length > 0, 'no ACK', sent(exchange, label)),
})

export const notAcknowledged = (statement: string, title: string, label: string, toTag: string) => ({
  statement,
  title,
  judge: (exchange: Exchange): ProbeVerdict =>
    must(acks(exchange, toTag).length === 0, 'it is acknowledged', sent(exchange, label), acks(exchange, toTag)[0]),
})

/** Sends a response under a label of its own. */
export function reply(
  stage: Stage,
  callee: Party,
  invite: SipMessage,
  status: number,
  toTag: string,
  label: string,
  change = (text: string) => text,
): void {
  const options = status < 300 && status >= 200 ? acceptOf(callee, toTag) : answerOf(callee, toTag)
  stage.send(callee, change(writeResponse(invite, status, '', options)), label)
}

/** One call of the target, to which we answer as a probe wants it. */
export const caller = (
  id: string,
  title: string,
  act: (stage: Stage, callee: Party, invite: SipMessage) => Promise<void>,
  expectations: Probe['expectations'],
  slow?: { readonly limitMs: number },
): Probe =>
  defineProbe({
    id,
    element: 'uac',
    title,
    needs: slow === undefined ? ['incoming', 'udp'] : ['incoming', 'udp', 'slow'],
    ...(slow === undefined ? {} : slow),
    async stimulate(stage) {
      const { callee, invite } = await called(stage)
      letGo(stage, callee)
      await act(stage, callee, invite)
    },
    expectations,
  })

export const acknowledgedSoon = (stage: Stage, count = 1): Promise<boolean> =>
  stage.until((exchange) => acks(exchange).length >= count, 1500)
