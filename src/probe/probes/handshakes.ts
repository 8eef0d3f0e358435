import { answerTo, both, eachEnds, ended, proofOf, statusTo, unopened } from '../handshake.js'
import { httpList, withField, withoutField } from '../http.js'
import { given, inapplicable, must, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

const unchanged = (head: string): string => head
const isRefusal = (status: number): boolean => status >= 400 && status < 500
const isError = (status: number): boolean => status >= 400
const foreignOrigin = 'Origin: https://siploadgen-probe.invalid'

/** What RFC 6455 4.2.1 wants of every handshake; a server may serve the rest as ordinary HTTP, but not as WebSocket. */
const malformed: readonly { readonly name: string; readonly change: (head: string) => string }[] = [
  { name: 'no key', change: (head) => withoutField(head, 'Sec-WebSocket-Key') },
  { name: 'short key', change: (head) => head.replace(/^(Sec-WebSocket-Key: )[^\r]*/m, '$1c2hvcnQ=') },
  { name: 'no Upgrade', change: (head) => withoutField(head, 'Upgrade') },
  { name: 'no Connection', change: (head) => withoutField(head, 'Connection') },
  { name: 'POST', change: (head) => head.replace(/^GET/, 'POST') },
  { name: 'HTTP/1.0', change: (head) => head.replace('HTTP/1.1', 'HTTP/1.0') },
]

const protocols = (value: string) => (head: string) =>
  head.replace(
    'Sec-WebSocket-Protocol: sip',
    value
      .split(' + ')
      .map((each) => `Sec-WebSocket-Protocol: ${each}`)
      .join('\r\n'),
  )

const chosenIn = (head: string): readonly string[] => httpList(head, 'Sec-WebSocket-Protocol')

/** Handshakes that are not as RFC 6455 4.1 and RFC 7118 4.1 have them. */
export const handshakeProbes: readonly Probe[] = [
  defineProbe({
    id: 'handshakes/malformed',
    element: 'server',
    title:
      'upgrade requests of another version, without key, Upgrade or Connection, by POST, HTTP/1.0, and a plain GET',
    needs: ['ws'],
    limitMs: 40_000,
    async stimulate(stage) {
      await stage.knock('plain', unchanged)
      await stage.knock('version 99', (head) => head.replace('Version: 13', 'Version: 99'))
      for (const { name, change } of malformed) await stage.knock(name, change)
      await stage.knock('plain GET', (head) =>
        ['Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Protocol'].reduce(
          withoutField,
          head,
        ),
      )
    },
    expectations: [
      {
        statement: '6455-H-04',
        title: 'Another version of WebSocket is refused with 426 or 400, and the answer says 13.',
        judge: eachEnds(
          ['version 99'],
          (status, head) => isRefusal(status) && httpList(head, 'Sec-WebSocket-Version').includes('13'),
        ),
      },
      {
        statement: '6455-H-05',
        title: 'What is no handshake is answered by an HTTP error and never by 101.',
        judge: both(
          eachEnds(['no key', 'short key'], isError),
          eachEnds(
            malformed.slice(2).map(({ name }) => name),
            (status) => status >= 200,
          ),
        ),
      },
      {
        statement: '6455-H-06',
        title: 'A plain GET is answered by HTTP.',
        judge: eachEnds(['plain GET'], (status) => status >= 200),
      },
    ],
  }),
  defineProbe({
    id: 'handshakes/places',
    element: 'server',
    title: 'upgrade requests with a foreign Origin, for a path that nobody knows, and with a query',
    needs: ['ws'],
    async stimulate(stage) {
      await stage.knock('plain', unchanged)
      await stage.knock('origin', (head) => withField(withoutField(head, 'Origin'), foreignOrigin))
      await stage.knock('path', (head) => head.replace(/^GET \S+/, 'GET /siploadgen-probe/nowhere'))
      await stage.knock('query', (head) => head.replace(/^GET (\S+)/, 'GET $1?probe=1'))
    },
    expectations: [
      {
        statement: '6455-H-07',
        title: 'An origin that is not admitted is refused with an HTTP error such as 403.',
        judge: given(
          (exchange) => (statusTo(exchange, 'origin') === 101 ? inapplicable('every origin is admitted') : undefined),
          eachEnds(['origin'], isRefusal),
        ),
      },
      {
        statement: '6455-H-08',
        title:
          'An unknown path is refused with an HTTP error such as 404 or accepted, and a query makes no difference.',
        judge: both(
          eachEnds(['path'], (status) => status === 101 || isRefusal(status)),
          eachEnds(['query'], (status) => status === 101),
        ),
      },
    ],
  }),
  defineProbe({
    id: 'handshakes/protocols',
    element: 'server',
    title: 'upgrade requests that offer chat, nothing, chat and sip in one line and in two, and SIP',
    needs: ['ws'],
    async stimulate(stage) {
      await stage.knock('plain', unchanged)
      await stage.knock('chat', protocols('chat'))
      await stage.knock('nothing', (head) => withoutField(head, 'Sec-WebSocket-Protocol'))
      await stage.knock('one line', protocols('chat, sip'))
      await stage.knock('two lines', protocols('chat + sip'))
      await stage.knock('SIP', protocols('SIP'))
    },
    expectations: [
      {
        statement: '7118-D-01',
        title: 'Who offers chat alone gets no sip.',
        judge: eachEnds(
          ['chat'],
          (status, head) => status !== 0 && !(status === 101 && chosenIn(head).includes('sip')),
        ),
      },
      {
        statement: '7118-D-02',
        title: 'Who offers no protocol is refused.',
        judge: eachEnds(['nothing'], isRefusal),
      },
      {
        statement: '7118-D-03',
        title: 'Of chat and sip, in one line or two, exactly sip is chosen.',
        judge: eachEnds(
          ['one line', 'two lines'],
          (status, head) => status === 101 && chosenIn(head).length === 1 && chosenIn(head)[0] === 'sip',
        ),
      },
      {
        statement: '7118-D-04',
        title: 'Who offers SIP is refused or gets SIP, and not sip, which was not offered.',
        judge: eachEnds(['SIP'], (status, head) => status !== 0 && !(status === 101 && chosenIn(head).includes('sip'))),
      },
    ],
  }),
  defineProbe({
    id: 'handshakes/cookies',
    element: 'server',
    title: 'upgrade requests without the cookie that was given, and with another one',
    needs: ['ws'],
    async stimulate(stage) {
      if (!stage.target.webSocket.fields.some((line) => /^Cookie:/i.test(line))) return
      await stage.knock('plain', unchanged)
      await stage.knock('no cookie', (head) => withoutField(head, 'Cookie'))
      await stage.knock('wrong cookie', (head) =>
        head.replace(/^(Cookie:[^\r]*)/im, (line) => line.replace(/=[^;]*/g, '=siploadgen-probe')),
      )
    },
    expectations: [
      {
        statement: '7118-7-4',
        title: 'The session cookie decides whether a connection is taken.',
        judge: given(
          (exchange) =>
            exchange.entries.length === 0
              ? inapplicable('no cookie was given: --handshake FILE with a line Cookie')
              : undefined,
          eachEnds(['no cookie', 'wrong cookie'], isError),
        ),
      },
    ],
  }),
  defineProbe({
    id: 'handshakes/raw',
    element: 'server',
    title: 'OPTIONS on the connection before any handshake',
    needs: ['ws'],
    async stimulate(stage) {
      await stage.knock('plain', unchanged)
      const { domain, transport } = stage.target
      const via = `SIP/2.0/${transport.toUpperCase()} probe.invalid;branch=z9hG4bK${stage.rng.token()}`
      const lines = [`Via: ${via}`, 'Max-Forwards: 70', `From: <sip:probe@${domain}>;tag=raw`, `To: <sip:${domain}>`]
      const ids = [`Call-ID: ${stage.rng.token()}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', '']
      await stage.knock('raw', () => [`OPTIONS sip:${domain} SIP/2.0`, ...lines, ...ids].join('\r\n'))
    },
    expectations: [
      {
        statement: '7118-D-39',
        title: 'SIP before the handshake is not answered by SIP.',
        judge: given(unopened, (exchange) =>
          must(!answerTo(exchange, 'raw').startsWith('SIP/2.0'), ended(exchange, 'raw'), ...proofOf(exchange, 'raw')),
        ),
      },
    ],
  }),
  defineProbe({
    id: 'handshakes/tls',
    element: 'server',
    title: 'TLS with ALPN http/1.1, and TLS that is no newer than 1.1',
    needs: ['ws', 'tls'],
    async stimulate(stage) {
      await stage.knock('plain', unchanged)
      await stage.knock('http/1.1', unchanged, { alpn: ['http/1.1'] })
      await stage.knock('old', unchanged, { maxVersion: 'TLSv1.1' })
    },
    expectations: [
      {
        statement: '7118-D-42',
        title: 'TLS is 1.2 or newer, with http/1.1 where ALPN is used, and a certificate that names the host.',
        judge: given(unopened, (exchange) => {
          const old = exchange.event('old', 'tls ')
          if (old !== undefined) return violation(`it speaks ${old.text.split(' ')[1]}`, old)
          const alpn = exchange.event('http/1.1', 'tls ')?.text.split(' ')[2] ?? ''
          if (statusTo(exchange, 'http/1.1') !== 101 || !['', 'http/1.1'].includes(alpn))
            return violation(`with ALPN http/1.1: ${ended(exchange, 'http/1.1')}`, ...proofOf(exchange, 'http/1.1'))
          const event = exchange.event('plain', 'certificate')
          return must(!/ALTNAME|EXPIRED/.test(event?.text ?? ''), `the certificate is refused: ${event?.text}`, event)
        }),
      },
    ],
  }),
]
