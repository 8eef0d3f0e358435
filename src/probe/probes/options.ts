import { registrarUri } from '../conversation.js'
import { isSip } from '../exchange.js'
import { answered, answeredAlike, given, inapplicable, must, unanswered, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'

const compact: Readonly<Record<string, string>> = {
  Via: 'v',
  From: 'f',
  To: 't',
  'Call-ID': 'i',
  'Content-Length': 'l',
  Contact: 'm',
  Supported: 'k',
}

const shortened = (text: string): string =>
  text.replace(/^([A-Za-z-]+):/gm, (line, name: string) => (compact[name] === undefined ? line : `${compact[name]}:`))

const lowerVia = 'SIP/2.0/UDP lower.invalid;branch=z9hG4bKlower;received=192.0.2.1'

/** Requests that are to be answered as a plain one is. */
export const optionsProbes: readonly Probe[] = [
  defineProbe({
    id: 'options/plain',
    element: 'server',
    title: 'OPTIONS, again with what must make no difference: lists, compact names, unknown fields and parameters',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const uri = registrarUri(stage)
      const plain = () => caller.request('OPTIONS', uri)
      await stage.ask(caller, plain(), 'plain')
      const list = plain()
      await stage.ask(
        caller,
        { ...list, vias: [`${list.vias[0]}, ${lowerVia}`], headers: ['Supported: path, gruu'] },
        'list',
      )
      const rows = plain()
      await stage.ask(
        caller,
        { ...rows, vias: [...rows.vias, lowerVia], headers: ['Supported: path', 'Supported: gruu'] },
        'rows',
      )
      await stage.ask(
        caller,
        { ...plain(), headers: ['Retry-After: 5', 'WWW-Authenticate: Digest realm="x"'] },
        'answers',
      )
      await stage.ask(caller, { ...plain(), headers: ['X-Probe: 1', 'Unheard-Of: "<;'] }, 'unknown')
      stage.send(caller, shortened(writeRequest(plain())), 'compact')
      await stage.final('compact')
      const parameter = { ...plain(), uri: `${uri};x-probe=1;y-probe`, contact: `<${caller.contact};x-probe=1>` }
      await stage.ask(caller, parameter, 'parameter')
    },
    expectations: [
      {
        statement: '3261-11-1',
        title: 'OPTIONS is known: its answer is not 405 or 501.',
        judge: answered('plain', { accept: (status) => status !== 405 && status !== 501, expected: 'anything else' }),
      },
      {
        statement: '3261-8.1.1.2-2',
        title: 'A sip URI is understood.',
        judge: answered('plain', { accept: (status) => status !== 416 && status !== 400, expected: 'anything else' }),
      },
      {
        statement: '3261-7.3.1-5',
        title: 'Values in one line and in several lines mean the same, and their order is kept.',
        judge: given(answeredViolation('list', 'rows'), (exchange) => {
          const [list, rows] = ['list', 'rows'].map((label) => exchange.final(label))
          const branches = (entry: typeof list) =>
            entry?.message.list('Via').map((via) => /branch=([^;]*)/.exec(via)?.[1])
          const wrong = [list, rows].find(
            (entry) => branches(entry)?.[1] !== 'z9hG4bKlower' || branches(entry)?.length !== 2,
          )
          return must(wrong === undefined, 'the response has not both Via values in their order', wrong)
        }),
      },
      {
        statement: '3261-7.3.2-1',
        title: 'Fields that mean nothing in a request are ignored.',
        judge: answeredAlike('answers', 'plain'),
      },
      { statement: '3261-8.2.2-1', title: 'Unknown fields are ignored.', judge: answeredAlike('unknown', 'plain') },
      { statement: '3261-7.3.3-3', title: 'Compact names are understood.', judge: answeredAlike('compact', 'plain') },
      {
        statement: '3261-19.1.1-12',
        title: 'Unknown URI parameters are ignored.',
        judge: answeredAlike('parameter', 'plain'),
      },
    ],
  }),
  defineProbe({
    id: 'options/secure-uri',
    element: 'server',
    title: 'OPTIONS with a sips URI over TLS',
    needs: ['tls'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(caller, caller.request('OPTIONS', `sips:${stage.target.domain}`), 'sips')
    },
    expectations: [
      {
        statement: '3261-8.1.1.2-3',
        title: 'A sips URI is understood where TLS is spoken.',
        judge: answered('sips', { accept: (status) => status !== 416, expected: 'anything else' }),
      },
    ],
  }),
  defineProbe({
    id: 'options/escaped-host',
    element: 'server',
    title: 'OPTIONS whose host has an escaped character, which no host may have',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(caller, caller.request('OPTIONS', registrarUri(stage)), 'plain')
      const { domain } = stage.target
      const escaped = `%${domain.charCodeAt(0).toString(16).toUpperCase()}${domain.slice(1)}`
      await stage.ask(caller, caller.request('OPTIONS', `sip:${escaped}`), 'escaped')
    },
    expectations: [
      {
        statement: '3261-19.1.2-6',
        title: 'An escaped host is not taken for the host that it would be without escapes.',
        judge: (exchange) => {
          if (exchange.status('plain') >= 300) return inapplicable('the plain request is refused as well')
          return answered('escaped', { accept: (status) => status >= 300, expected: 'a refusal' })(exchange)
        },
      },
    ],
  }),
  defineProbe({
    id: 'options/large',
    element: 'server',
    title: 'OPTIONS with a body of 58 kB',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const body = 'x'.repeat(58_000)
      await stage.ask(
        caller,
        caller.request('OPTIONS', registrarUri(stage), { body, contentType: 'text/plain' }),
        'large',
      )
    },
    expectations: [
      {
        statement: '3261-18.1.1-3',
        title: 'A message of up to 65,535 bytes is taken: it is processed or refused, and not lost.',
        judge: (exchange) =>
          must(
            exchange.status('large') !== 0,
            'no answer to 58 kB, while small messages are answered',
            exchange.sent('large'),
          ),
      },
    ],
  }),
  defineProbe({
    id: 'options/credentials',
    element: 'server',
    title: 'REGISTER with a wrong password, with the right one, and with credentials as RFC 2069 had them',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const parts = caller.request('REGISTER', registrarUri(stage), { to: `<${caller.aor}>`, contact: undefined })
      stage.send(caller, parts, 'challenged')
      const challenge = await stage.final('challenged')
      if (challenge === undefined) return
      const right = challenge.status === 401 ? stage.credentials(caller, challenge, parts) : undefined
      if (right === undefined) return
      const again = (headers: readonly string[]) => ({ ...parts, vias: [caller.via()], cseq: parts.cseq + 1, headers })
      stage.send(caller, again(right.map((line) => line.replace(/response="[^"]{4}/, 'response="beef'))), 'wrong')
      await stage.final('wrong')
      stage.send(caller, { ...again(right), cseq: parts.cseq + 2 }, 'right')
      await stage.final('right')
    },
    expectations: [
      {
        statement: '3261-26.3.1-11',
        title: 'Digest is understood: right credentials are accepted and wrong ones are not.',
        judge: (exchange) => {
          if (exchange.sent('right') === undefined)
            return inapplicable('nothing is challenged with 401, or no account is given')
          if (exchange.status('wrong') < 300 && exchange.status('wrong') > 0) {
            return violation('wrong credentials are accepted', exchange.sent('wrong'), exchange.final('wrong'))
          }
          return must(
            exchange.status('right') >= 200 && exchange.status('right') < 300,
            `right credentials are answered ${exchange.status('right')}`,
            exchange.sent('right'),
            exchange.final('right'),
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'options/both-transports',
    element: 'server',
    title: 'OPTIONS over UDP and over TCP to the same port',
    async stimulate(stage) {
      for (const transport of ['udp', 'tcp'] as const) {
        const party = await stage.party(transport, { transport })
        await stage.ask(party, party.request('OPTIONS', registrarUri(stage)), `over ${transport}`)
      }
    },
    needs: ['udp'],
    expectations: [
      {
        statement: '3261-18-3',
        title: 'UDP and TCP are both spoken.',
        judge: (exchange) => {
          const silent = ['over udp', 'over tcp'].find((label) => exchange.status(label) === 0)
          return must(silent === undefined, `no answer ${silent}`, exchange.sent(silent ?? ''))
        },
      },
    ],
  }),
]

function answeredViolation(...labels: readonly string[]) {
  return (exchange: Parameters<typeof unanswered>[0]) => {
    for (const label of labels) {
      const missing = unanswered(exchange, label)
      if (missing !== undefined) return missing
    }
    const [first, second] = labels.map((label) => exchange.final(label))
    if (first === undefined || second === undefined || first.message.status === second.message.status) return undefined
    return violation(
      `answered ${first.message.status} and ${second.message.status}`,
      ...[first, second].filter((entry) => isSip(entry)),
    )
  }
}
