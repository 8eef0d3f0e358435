import { writeResponse } from '../../sip/message/response.js'
import type { SipMessage } from '../../sip/message/sip-message.js'
import { acknowledgedSoon, caller, firstInvite, reply, sent } from '../caller-probe.js'
import type { Exchange, SipEntry } from '../exchange.js'
import { inapplicable, must, type ProbeVerdict } from '../judgement.js'
import type { Probe } from '../probe.js'

/** A target that calls us: whether it tries again, and when it stops. */
export const persistentCallerProbes: readonly Probe[] = [
  caller(
    'callers/redirected',
    'a call that is redirected twice to the same URI, which has parameters',
    async (stage, callee, invite) => {
      const uri = `sip:moved@${callee.sentBy};transport=udp;x-probe=kept?X-Header=1`
      const moved = (request: SipMessage, label: string): void => {
        const headers = [{ name: 'Contact', value: `<${uri}>` }]
        stage.send(callee, writeResponse(request, 302, '', { toTag: label.replaceAll(' ', ''), headers }), label)
      }
      moved(invite, 'moved')
      const again = await stage.awaitRequest(callee, 'INVITE', 2500, 1)
      if (again === undefined || !again.message.requestUri.startsWith('sip:moved@')) return
      moved(again.message, 'moved again')
      await stage.awaitRequest(callee, 'INVITE', 1500, 2)
    },
    [
      redirection(
        '3261-8.1.3.4-8',
        'After a redirection the Request-URI is the Contact without headers.',
        (again) => again.message.requestUri.split(';')[0] !== '' && !again.message.requestUri.includes('?'),
      ),
      redirection(
        '3261-8.1.3.4-12',
        'After a redirection the request has a new branch.',
        (again, first) => again.message.topVia.branch !== first.topVia.branch,
      ),
      redirection('3261-19.1.5-1', 'The parameter transport of a Contact stays in the Request-URI.', (again) =>
        again.message.requestUri.includes(';transport=udp'),
      ),
      redirection('3261-19.1.5-4', 'Unknown parameters of a Contact stay in the Request-URI.', (again) =>
        again.message.requestUri.includes(';x-probe=kept'),
      ),
      {
        statement: '3261-8.1.3.4-2',
        title: 'A URI that was tried is not tried again.',
        judge: (exchange) => {
          if (sent(exchange, 'moved again') === undefined)
            return inapplicable('the target does not follow redirections')
          const tries = exchange
            .requests('callee', 'INVITE')
            .filter(({ message }) => message.requestUri.startsWith('sip:moved@'))
          return must(
            new Set(tries.map(({ message }) => message.topVia.branch)).size === 1,
            'it is tried again',
            sent(exchange, 'moved again'),
            tries[1],
          )
        },
      },
    ],
  ),
  caller(
    'callers/challenged',
    'a call that is challenged with 407',
    async (stage, callee, invite) => {
      const challenge = [
        { name: 'Proxy-Authenticate', value: 'Digest realm="probe.invalid", nonce="probe", algorithm=MD5, qop="auth"' },
      ]
      stage.send(callee, writeResponse(invite, 407, '', { toTag: 'challenge', headers: challenge }), 'challenge')
      const again = await stage.awaitRequest(callee, 'INVITE', 2500, 1)
      if (again !== undefined) reply(stage, callee, again.message, 486, 'busy', 'busy')
      await stage.wait(300)
    },
    [
      {
        statement: '3261-21.4-5',
        title: 'After 407 the request comes again with Proxy-Authorization for the realm.',
        judge: (exchange) => {
          const again = exchange
            .requests('callee', 'INVITE')
            .find(
              ({ message }) =>
                message.callId === firstInvite(exchange)?.callId && message.cseq > (firstInvite(exchange)?.cseq ?? 0),
            )
          if (again === undefined) return inapplicable('the target has no credentials for our realm')
          return must(
            /realm="probe\.invalid"/.test(again.message.get('Proxy-Authorization') ?? ''),
            'it has no credentials for the realm',
            sent(exchange, 'challenge'),
            again,
          )
        },
      },
    ],
  ),
  caller(
    'callers/refused-bye',
    'a call whose BYE is answered 481, after OPTIONS to its Contact',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 200, 'call', 'accepted')
      await acknowledgedSoon(stage)
      const contact = /<([^>]*)>/.exec(invite.get('Contact') ?? '')?.[1]
      if (contact !== undefined)
        await stage.ask(callee, callee.request('OPTIONS', contact), 'options', { withinMs: 1500 })
      const bye = await stage.awaitRequest(callee, 'BYE', 4000)
      if (bye === undefined) return
      stage.send(callee, writeResponse(bye.message, 481, ''), 'no such call')
      await stage.wait(2000)
    },
    [
      {
        statement: '3261-15.1.1-2',
        title: 'A BYE that is answered 481 ends the call all the same.',
        judge: (exchange) => {
          const refused = sent(exchange, 'no such call')
          if (refused === undefined) return inapplicable('the target does not hang up within 4 s')
          const late = exchange
            .requests('callee')
            .find(({ message, atMs }) => message.callId === firstInvite(exchange)?.callId && atMs > refused.atMs + 50)
          return must(late === undefined, `a ${late?.message.method} follows`, refused, late)
        },
      },
      {
        statement: '3261-8.1.1.8-2',
        title: 'The Contact of an INVITE is where requests of the call are taken.',
        judge: (exchange) => {
          if (sent(exchange, 'options') === undefined) return inapplicable('the INVITE has no Contact')
          return must(exchange.status('options') > 0, 'OPTIONS to it is not answered', sent(exchange, 'options'))
        },
      },
    ],
  ),
  caller(
    'callers/never-answered',
    'a call that is never answered',
    async (stage) => {
      await stage.wait(45_000)
    },
    [
      {
        statement: '3261-17.1.1.2-5',
        title: 'An INVITE that is not answered is sent seven times within 64 T1, and then no more.',
        judge: (exchange) => {
          const copies = copiesOfFirst(exchange)
          const seconds = ((copies.at(-1)?.atMs ?? 0) - (copies[0]?.atMs ?? 0)) / 1000
          return must(
            copies.length <= 7 && seconds <= 33,
            `${copies.length} copies within ${seconds.toFixed(1)} s`,
            copies[0],
            copies.at(-1),
          )
        },
      },
      {
        statement: '3261-8.1.3.1-1',
        title: 'No answer in time is taken for 408: the call is given up.',
        judge: (exchange) => {
          const [first] = copiesOfFirst(exchange)
          const late = exchange
            .requests('callee')
            .find(
              ({ message, atMs }) =>
                message.callId === firstInvite(exchange)?.callId && atMs > (first?.atMs ?? 0) + 40_000,
            )
          return must(late === undefined, `a ${late?.message.method} after 40 s`, first, late)
        },
      },
    ],
    { limitMs: 70_000 },
  ),
]

const copiesOfFirst = (exchange: Exchange): readonly SipEntry[] => {
  const first = firstInvite(exchange)
  return exchange
    .requests('callee', 'INVITE')
    .filter(({ message }) => message.callId === first?.callId && message.cseq === first.cseq)
}

/** Judged when the target follows the redirection. */
function redirection(statement: string, title: string, holds: (again: SipEntry, first: SipMessage) => boolean) {
  return {
    statement,
    title,
    judge: (exchange: Exchange): ProbeVerdict => {
      const first = firstInvite(exchange)
      const again = exchange
        .requests('callee', 'INVITE')
        .find(({ message }) => message.requestUri.startsWith('sip:moved@'))
      if (first === undefined || again === undefined) return inapplicable('the target does not follow redirections')
      return must(holds(again, first), `the Request-URI is ${again.message.requestUri}`, sent(exchange, 'moved'), again)
    },
  }
}
