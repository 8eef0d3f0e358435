import { constants, deflateRawSync } from 'node:zlib'
import { DigestClient } from '../../sip/auth/digest-client.js'
import { type Credentials, DigestRequest } from '../../sip/auth/digest-request.js'
import { registrarUri } from '../conversation.js'
import { answerTo, ended, proofOf, statusTo, unopened } from '../handshake.js'
import { httpFields, httpList, withField, withoutField } from '../http.js'
import { given, inapplicable, inconclusive, must, pass, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'
import type { Stage } from '../stage.js'
import { deflateTail } from '../websocket.js'

const extensions = 'Sec-WebSocket-Extensions'
const offer = `${extensions}: permessage-deflate; client_no_context_takeover; server_no_context_takeover`
/** FIN, RSV1 and text: RFC 7692 6. */
const compressedText = 0xc1

/** RFC 7692 7.2.1. */
function deflated(text: string): Buffer {
  const whole = deflateRawSync(Buffer.from(text, 'latin1'), { finishFlush: constants.Z_SYNC_FLUSH })
  return whole.subarray(0, whole.length - deflateTail.length)
}

/** The line that answers the challenges of a 401, Basic or Digest; undefined for what we cannot answer. */
function authorization(stage: Stage, head: string, credentials: Credentials): string | undefined {
  const challenges = httpFields(head, 'WWW-Authenticate')
  const basic = challenges.some((value) => /^Basic\b/i.test(value))
  const { username, password } = credentials
  if (basic) return `Authorization: Basic ${Buffer.from(`${username}:${password}`, 'latin1').toString('base64')}`
  const request = new DigestRequest('GET', stage.target.webSocket.path)
  const answer = new DigestClient(credentials, stage.rng).answer({ getAll: () => challenges }, request)
  const [line] = 'refusal' in answer ? [] : answer.filter(({ name }) => name === 'Authorization')
  return line === undefined ? undefined : `Authorization: ${line.value}`
}

/** What the two sides of a handshake agree on besides the protocol. */
export const handshakeTermsProbes: readonly Probe[] = [
  defineProbe({
    id: 'handshakes/credentials',
    element: 'server',
    title: 'upgrade requests without credentials of HTTP, with right ones and with wrong ones',
    needs: ['ws'],
    async stimulate(stage) {
      const bare = (head: string) => withoutField(head, 'Authorization')
      await stage.knock('none', bare)
      const challenge = answerTo(stage.exchange, 'none')
      const { credentials } = stage.target.accounts[0] ?? {}
      if (statusTo(stage.exchange, 'none') !== 401 || credentials === undefined) return
      for (const [name, password] of [
        ['right', credentials.password],
        ['wrong', `${credentials.password}-wrong`],
      ] as const) {
        const line = authorization(stage, challenge, { ...credentials, password })
        if (line !== undefined) await stage.knock(name, (head) => withField(bare(head), line))
      }
    },
    expectations: [
      {
        statement: '7118-D-41',
        title: 'A server that wants credentials challenges with 401 and WWW-Authenticate, and takes the right ones.',
        judge: (exchange) => {
          if (statusTo(exchange, 'none') !== 401) return inapplicable('no credentials of HTTP are wanted')
          const challenges = httpFields(answerTo(exchange, 'none'), 'WWW-Authenticate')
          if (challenges.length === 0) return violation('a 401 without WWW-Authenticate', ...proofOf(exchange, 'none'))
          if (proofOf(exchange, 'right')[0] === undefined)
            return inconclusive('there are no credentials for its challenge: give --accounts')
          if (statusTo(exchange, 'right') !== 101)
            return violation(`right credentials: ${ended(exchange, 'right')}`, ...proofOf(exchange, 'right'))
          return must(statusTo(exchange, 'wrong') !== 101, 'it takes a wrong password', ...proofOf(exchange, 'wrong'))
        },
      },
    ],
  }),
  defineProbe({
    id: 'handshakes/compression',
    element: 'server',
    title: 'a handshake without and with an offer of permessage-deflate, and OPTIONS compressed where it is accepted',
    needs: ['ws'],
    async stimulate(stage) {
      await stage.knock('plain', (head) => head)
      const party = await stage.knock('offer', (head) => withField(head, offer))
      if (party === undefined || httpList(answerTo(stage.exchange, 'offer'), extensions).length === 0) return
      const text = writeRequest(party.request('OPTIONS', registrarUri(stage)))
      stage.note(party, text, 'compressed')
      party.wire.frame?.(compressedText, deflated(text))
      await stage.final('compressed')
    },
    expectations: [
      {
        statement: '7118-D-37',
        title: 'Compression is agreed on only where it is offered, and is understood then.',
        judge: given(unopened, (exchange) => {
          if (httpList(answerTo(exchange, 'plain'), extensions).length > 0)
            return violation('an extension is chosen that was not offered', ...proofOf(exchange, 'plain'))
          if (statusTo(exchange, 'offer') !== 101)
            return violation(`with the offer: ${ended(exchange, 'offer')}`, ...proofOf(exchange, 'offer'))
          // RFC 6455 9.1: a server need not accept an extension.
          if (exchange.sent('compressed') === undefined) return pass
          return must(
            exchange.status('compressed') !== 0,
            'the compressed request is not answered',
            exchange.sent('compressed'),
            exchange.event('offer', 'closed'),
          )
        }),
      },
    ],
  }),
]
