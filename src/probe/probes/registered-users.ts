import { parseAlgorithm } from '../../sip/auth/algorithm.js'
import { digestResponse, userKey } from '../../sip/auth/digest-response.js'
import { a, b, bindings, contact, fetch, has, needed } from '../binding-requests.js'
import { clear, enrol, registrarUri, registration } from '../conversation.js'
import { answered, anyOf, given, inapplicable, inconclusive, is2xx, must, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

/** Whom a registrar lets change what, and how it tells users and devices apart. */
export const registeredUserProbes: readonly Probe[] = [
  defineProbe({
    id: 'registrations/devices',
    element: 'registrar',
    title: 'two devices of a user, their address with an escape and with parameters, and no expiry',
    async stimulate(stage) {
      const party = await stage.party('caller')
      await clear(stage, party)
      await enrol(stage, party, 'first', { contact: contact(a) })
      await stage.ask(party, registration(stage, party, { contact: contact(b) }), 'second device')
      const { user } = party.account
      const escaped = `<sip:%${user.charCodeAt(0).toString(16)}${user.slice(1)}@${stage.target.domain}>`
      await fetch(stage, party, 'escaped', { to: escaped, from: escaped })
      const parameter = `<${party.aor};user=phone>`
      await fetch(stage, party, 'parameter', { to: parameter, from: parameter })
      for (const label of ['no expiry', 'no expiry again']) {
        await stage.ask(party, registration(stage, party, { contact: contact(a), headers: [] }), label)
      }
    },
    expectations: [
      {
        statement: '3261-10.3-7',
        title: 'A second device leaves the binding of the first.',
        judge: given(needed('second device'), (exchange) =>
          must(
            has(exchange, 'second device', a) && has(exchange, 'second device', b),
            'not both bindings are listed',
            exchange.sent('second device'),
            exchange.final('second device'),
          ),
        ),
      },
      {
        statement: '3261-10.3-15',
        title: 'An escaped character of the address of record is the character.',
        judge: given(needed('escaped'), (exchange) =>
          must(
            has(exchange, 'escaped', a),
            'the bindings are not found',
            exchange.sent('escaped'),
            exchange.final('escaped'),
          ),
        ),
      },
      {
        statement: '3261-10.3-16',
        title: 'Parameters of the address of record are left out.',
        judge: given(needed('parameter'), (exchange) =>
          must(
            has(exchange, 'parameter', a),
            'the bindings are not found',
            exchange.sent('parameter'),
            exchange.final('parameter'),
          ),
        ),
      },
      {
        statement: '3261-10.3-23',
        title: 'A REGISTER without any expiry gets the same default each time.',
        judge: given(needed('no expiry', 'no expiry again'), (exchange) => {
          const [first = -1, second = -2] = ['no expiry', 'no expiry again'].map((label) =>
            bindings(exchange, label).get(a),
          )
          return must(
            first > 0 && Math.abs(first - second) <= 1,
            `${first} s, then ${second} s`,
            exchange.final('no expiry'),
            exchange.final('no expiry again'),
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'registrations/strangers',
    element: 'registrar',
    title: "REGISTER for another user's address with one's own credentials, and for a foreign domain",
    async stimulate(stage) {
      const party = await stage.party('caller')
      await enrol(stage, party)
      const other = stage.target.accounts[1]?.user ?? 'probe-other'
      await stage.ask(
        party,
        registration(stage, party, { to: `<sip:${other}@${stage.target.domain}>`, contact: undefined, headers: [] }),
        'other user',
      )
      await stage.ask(
        party,
        registration(stage, party, { to: `<sip:${party.account.user}@foreign.invalid>` }),
        'other domain',
      )
    },
    expectations: [
      {
        statement: '3261-10.3-13',
        title: 'Who is not authorized for an address of record is refused with 403.',
        judge: (exchange) => {
          if (!/^Authorization:/m.test(exchange.sent('register')?.text ?? ''))
            return inapplicable('nobody is authenticated')
          const status = exchange.status('other user')
          if (status === 0) return inconclusive('no reaction within the time')
          return must(
            [401, 403, 404].includes(status),
            `answered ${status}`,
            exchange.sent('other user'),
            exchange.final('other user'),
          )
        },
      },
      {
        statement: '3261-10.3-14',
        title: 'An address of another domain is refused with 404.',
        judge: answered('other domain', {
          accept: anyOf(404),
          skip: { 403: 'the user is refused before that (403)' },
          expected: '404',
        }),
      },
    ],
  }),
  defineProbe({
    id: 'registrations/reachable',
    element: 'registrar',
    title: 'requests for a user whose REGISTER has a Record-Route, succeeded, and failed',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const callee = await stage.party('callee', { account: 1 })
      await clear(stage, callee)
      await enrol(stage, callee, 'register', { headers: ['Expires: 120', 'Record-Route: <sip:192.0.2.9;lr>'] })
      stage.send(caller, caller.request('OPTIONS', callee.aor), 'after success')
      await stage.until((exchange) => exchange.forwarded('after success', 'callee').length > 0)
      const arrived = stage.exchange.forwarded('after success', 'callee')[0]
      if (arrived !== undefined) stage.respond(callee, arrived.message, 200, { toTag: 'here' })
      await clear(stage, callee)
      const failing = registration(stage, callee, { contact: `*, <${callee.contact}>` })
      await stage.ask(callee, failing, 'failed')
      await stage.ask(caller, caller.request('OPTIONS', callee.aor), 'after failure', { withinMs: 1000 })
    },
    expectations: [
      {
        statement: '3261-10.3-30',
        title: 'Bindings are there when REGISTER succeeded and only then.',
        judge: (exchange) => {
          if (is2xx(exchange.status('failed'))) return inapplicable('the faulty REGISTER is accepted')
          if (exchange.forwarded('after failure', 'callee').length > 0)
            return violation(
              'a REGISTER that failed has made a binding',
              exchange.sent('failed'),
              exchange.forwarded('after failure', 'callee')[0],
            )
          return must(
            exchange.forwarded('after success', 'callee').length > 0,
            'the request does not reach the registered contact',
            exchange.final('register'),
            exchange.sent('after success'),
            exchange.final('after success'),
          )
        },
      },
      {
        statement: '3261-10.2-2',
        title: 'Record-Route in REGISTER is ignored.',
        judge: (exchange) => {
          const [arrived] = exchange.forwarded('after success', 'callee')
          if (arrived === undefined) return inapplicable('the target forwards nothing to the contact')
          return must(
            !arrived.message.list('Route').some((route) => route.includes('192.0.2.9')),
            'it is used as a Route',
            exchange.sent('register'),
            arrived,
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'registrations/rfc2069',
    element: 'registrar',
    title: 'REGISTER with credentials without qop, cnonce and nc',
    async stimulate(stage) {
      const party = await stage.party('caller')
      const parts = registration(stage, party, { contact: undefined, headers: [] })
      stage.send(party, parts, 'challenged')
      const challenge = await stage.final('challenged')
      const { credentials } = party.account
      if (challenge?.status !== 401 || credentials === undefined) return
      const value = oldCredentials(challenge.get('WWW-Authenticate') ?? '', credentials, registrarUri(stage))
      if (value === undefined) return
      stage.send(
        party,
        { ...parts, vias: [party.via()], cseq: parts.cseq + 1, headers: [`Authorization: ${value}`] },
        'old',
      )
      await stage.final('old')
    },
    expectations: [
      {
        statement: '3261-22.4-1',
        title: 'Credentials as RFC 2069 had them are accepted.',
        judge: (exchange) => {
          if (exchange.sent('old') === undefined)
            return inapplicable('nothing is challenged with MD5, or no account is given')
          const status = exchange.status('old')
          return must(is2xx(status), `answered ${status}`, exchange.sent('old'), exchange.final('old'))
        },
      },
    ],
  }),
]

function oldCredentials(
  challenge: string,
  { username, password }: { username: string; password: string },
  uri: string,
): string | undefined {
  const parameter = (name: string): string => new RegExp(`${name}="?([^",]*)`).exec(challenge)?.[1] ?? ''
  const choice = parseAlgorithm(parameter('algorithm') || undefined)
  if (choice === undefined || choice.algorithm !== 'MD5') return undefined
  const [realm, nonce] = [parameter('realm'), parameter('nonce')]
  const ha1 = userKey(choice, username, realm, password)
  const response = digestResponse({
    choice,
    ha1,
    nonce,
    method: 'REGISTER',
    uri,
    qop: undefined,
    nonceCount: '',
    cnonce: '',
    body: new Uint8Array(),
  })
  return `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`
}
