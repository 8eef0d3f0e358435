import { DigestRequest } from '../../sip/auth/digest-request.js'
import type { SipMessage } from '../../sip/message/sip-message.js'
import { parseUri } from '../../sip/message/uri.js'
import { toWire } from '../../sip/message/wire.js'
import { calledUri, registrarUri } from '../conversation.js'
import { Leg } from '../leg.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import type { RequestParts } from '../request-text.js'
import { ProbeEnd, type Stage } from '../stage.js'
import { application } from '../torture/application.js'
import { callees } from '../torture/callees.js'
import { ipv6 } from '../torture/ipv6.js'
import { judge, labels, reaction } from '../torture/judge.js'
import { malformed } from '../torture/malformed.js'
import { responses } from '../torture/responses.js'
import { startLines } from '../torture/start-lines.js'
import type { TortureMessage } from '../torture/torture-message.js'
import { wellFormed } from '../torture/well-formed.js'

/** Every message of RFC 4475 and RFC 5118. */
export const tortureMessages: readonly TortureMessage[] = [
  ...wellFormed,
  ...malformed,
  ...startLines,
  ...application,
  ...callees,
  ...responses,
  ...ipv6,
]

/** Sends it with our address in its Via; `field` is one more header line. */
function send(stage: Stage, caller: Party, torture: TortureMessage, unique: string, field = ''): void {
  const text = torture
    .write({
      user: parseUri(calledUri(stage))?.user ?? 'probe',
      domain: stage.target.domain,
      route: stage.target.domain,
      transport: caller.wire.transport.toUpperCase(),
      sentBy: caller.sentBy,
      branch: `z9hG4bK${caller.token()}`,
      unique,
    })
    .replace('\r\n', `\r\n${field}`)
  stage.note(caller, text, labels.torture)
  caller.wire.send(toWire(text), { binary: torture.isBinary })
}

/** The reaction, if it comes: a final response, or the end of the wire. */
async function reacted(stage: Stage): Promise<SipMessage | undefined> {
  await stage.until(
    (exchange) => (reaction(exchange)?.message.status ?? 0) >= 200 || exchange.event('caller', 'closed') !== undefined,
  )
  return reaction(stage.exchange)?.message
}

/** Registrars look at contacts only when they know who asks. What was bound is removed. */
async function register(stage: Stage, caller: Party, torture: TortureMessage, unique: string): Promise<void> {
  const refusal = await reacted(stage)
  const request = stage.exchange.sent(labels.torture)?.message
  if (refusal === undefined || request === undefined) return
  const { requestUri: uri, method } = request
  const challenged = refusal.status === 401 || refusal.status === 407
  const answer = challenged ? caller.digest?.answer(refusal, new DigestRequest(method, uri)) : undefined
  if (answer === undefined || 'refusal' in answer) return
  send(stage, caller, torture, unique, answer.map(({ name, value }) => `${name}: ${value}\r\n`).join(''))
  const bound = await reacted(stage)
  if (bound === undefined || bound.status >= 300) return
  stage.afterwards(async () => {
    const known = caller.digest?.preemptive(new DigestRequest(method, uri)) ?? []
    const fields = [...known.map(({ name, value }) => `${name}: ${value}\r\n`), 'Expires: 0\r\n']
    send(stage, caller, torture, caller.token(), fields.join(''))
    await reacted(stage)
  })
}

/** Ends what an INVITE has begun. */
async function invite(stage: Stage, caller: Party): Promise<void> {
  const sent = stage.exchange.sent(labels.torture)?.message
  let answer = await reacted(stage)
  if (answer === undefined || sent === undefined) return
  const ofInvite = (method: string, message: SipMessage): RequestParts => ({
    method,
    uri: sent.requestUri,
    vias: [message.topViaText],
    from: message.get('From') ?? '',
    to: message.get('To') ?? '',
    callId: message.callId,
    cseq: message.cseq,
    maxForwards: 70,
  })
  if (answer.status < 200) {
    stage.send(caller, ofInvite('CANCEL', sent))
    answer = (await reacted(stage)) ?? answer
  }
  if (answer.status >= 300) stage.send(caller, ofInvite('ACK', answer))
  if (answer.status < 200 || answer.status >= 300) return
  const leg = Leg.ofCaller(caller, answer)
  stage.send(caller, leg.request('ACK'))
  await stage.ask(caller, leg.request('BYE'), 'bye')
}

/** Time for a second answer, or for one to a response. */
const lateMs = 300

async function torment(stage: Stage, torture: TortureMessage): Promise<void> {
  const witness = await stage.party('witness')
  const lives = (label: string) => stage.ask(witness, witness.request('OPTIONS', registrarUri(stage)), label)
  if ((await lives(labels.before)) === undefined) {
    throw new ProbeEnd('inconclusive', 'OPTIONS is not answered, by which it would be seen that the target still lives')
  }
  const caller = await stage.party('caller')
  if (torture.carriedBy === 'message' && ['tcp', 'tls'].includes(caller.wire.transport)) {
    throw new ProbeEnd('not applicable', 'it has no Content-Length, by which a stream would know its end')
  }
  const unique = caller.token()
  send(stage, caller, torture, unique)
  const method = stage.exchange.sent(labels.torture)?.message.method
  if (torture.expects.isResponse || torture.expects.once) await stage.wait(lateMs)
  if (method === 'REGISTER') await register(stage, caller, torture, unique)
  else if (method === 'INVITE') await invite(stage, caller)
  else if (!torture.expects.isResponse) await reacted(stage)
  await lives(labels.after)
}

/** RFC 4475 and RFC 5118: one message a probe, with OPTIONS before and after it to see that the target lives. */
export const tortureProbes: readonly Probe[] = tortureMessages.map((torture) =>
  defineProbe({
    id: `torture/${torture.name}`,
    element: 'server',
    title: torture.title,
    ...(torture.carriedBy === 'datagram' ? { needs: ['udp'] as const } : {}),
    stimulate: (stage) => torment(stage, torture),
    expectations: [{ statement: torture.statement, title: torture.expects.title, judge: judge(torture) }],
  }),
)
