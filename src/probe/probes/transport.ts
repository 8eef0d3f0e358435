import { readStun, stunMethods, writeStun } from '../../stun/stun-message.js'
import { registrarUri } from '../conversation.js'
import { answered, anyOf, inapplicable, inconclusive, must, pass, unanswered, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'
import { writeRequest } from '../request-text.js'

/** The certificate as the event of the wire tells it. */
const certificateOf = (event: { readonly text: string } | undefined): string | undefined =>
  event?.text.slice('certificate '.length)

/** Framing, addresses of responses, keep-alives, certificates. */
export const transportProbes: readonly Probe[] = [
  defineProbe({
    id: 'transport/surplus',
    element: 'server',
    title: 'OPTIONS over UDP with bytes behind its body, and one whose body is cut short',
    needs: ['udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const plain = () => caller.request('OPTIONS', registrarUri(stage))
      stage.send(caller, `${writeRequest(plain())}surplus`, 'surplus')
      await stage.final('surplus')
      stage.send(caller, writeRequest(plain()).replace('Content-Length: 0', 'Content-Length: 40'), 'short')
      await stage.final('short')
    },
    expectations: [
      {
        statement: '3261-18.3-1',
        title: 'Bytes behind the body are ignored.',
        judge: (exchange) =>
          unanswered(exchange, 'surplus') ??
          must(
            exchange.status('surplus') !== 400,
            'the message is refused',
            exchange.sent('surplus'),
            exchange.final('surplus'),
          ),
      },
      {
        statement: '3261-18.3-2',
        title: 'A request whose datagram ends before its body does is answered 400.',
        judge: answered('short', { accept: anyOf(400), expected: '400' }),
      },
    ],
  }),
  defineProbe({
    id: 'transport/maddr',
    element: 'server',
    title: 'OPTIONS whose Via has maddr and the port of another socket of ours',
    needs: ['udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const elsewhere = await stage.party('elsewhere')
      const { host, port } = elsewhere.wire.local
      const via = caller.via({ sentBy: `elsewhere.invalid:${port}`, parameters: `;maddr=${host}` })
      stage.send(caller, caller.request('OPTIONS', registrarUri(stage), { vias: [via] }), 'maddr')
      await stage.until((exchange) => exchange.received('elsewhere').length > 0 || exchange.status('maddr') > 0)
    },
    expectations: [
      {
        statement: '3261-18.2.2-5',
        title: 'With maddr in Via the response goes to that address and the port of sent-by.',
        judge: (exchange) => {
          if (exchange.received('elsewhere').length > 0) return pass
          return exchange.status('maddr') === 0
            ? inconclusive('no response at either address')
            : violation(
                'the response comes to the source of the request',
                exchange.sent('maddr'),
                exchange.final('maddr'),
              )
        },
      },
    ],
  }),
  defineProbe({
    id: 'transport/line-ends',
    element: 'server',
    title: 'line ends before OPTIONS, and a ping of two line ends',
    needs: ['stream'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const isWeb = stage.target.transport.startsWith('ws')
      const text = writeRequest(caller.request('OPTIONS', registrarUri(stage)))
      stage.note(caller, text, 'after line ends')
      if (isWeb) {
        stage.sendBytes(caller, Buffer.from('\r\n'))
        caller.send(text)
      } else caller.send(`\r\n${text}`)
      await stage.final('after line ends')
      // A lone line end is answered by some as well.
      await stage.wait(200)
      const before = stage.exchange.others('caller').length
      stage.sendBytes(caller, Buffer.from('\r\n\r\n'))
      await stage.until((exchange) => exchange.others('caller').length > before)
    },
    expectations: [
      {
        statement: '3261-7.5-1',
        title: 'Line ends before a start line are ignored.',
        judge: (exchange) =>
          must(
            exchange.status('after line ends') !== 0 && exchange.status('after line ends') !== 400,
            'the request behind a line end is not answered as without',
            exchange.sent('after line ends'),
            exchange.event('caller', 'closed'),
          ),
      },
      {
        statement: '5626-5.4-2',
        title: 'A ping of two line ends is answered with one.',
        judge: (exchange) => {
          const ping = exchange.entries.find(({ direction, text }) => direction === 'sent' && text === '\r\n\r\n')
          if (ping === undefined) return inapplicable('no ping was sent')
          const pong = exchange.others('caller').find(({ atMs, text }) => atMs >= ping.atMs && text === '\r\n')
          return must(pong !== undefined, 'no pong within 2.5 s', ping, exchange.event('caller', 'closed'))
        },
      },
    ],
  }),
  defineProbe({
    id: 'transport/stun',
    element: 'server',
    title: 'a STUN binding request to the port of SIP',
    needs: ['udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const transactionId = Buffer.from(stage.rng.token(), 'latin1').toString('hex')
      stage.sendBytes(caller, writeStun({ method: stunMethods.binding, messageClass: 'request', transactionId }, []))
      await stage.until((exchange) => exchange.others('caller').length > 0)
    },
    expectations: [
      {
        statement: '5626-5.4-1',
        title: 'A server for outbound flows answers STUN on the port of SIP.',
        judge: (exchange) => {
          const [answer] = exchange.others('caller')
          if (answer === undefined) return inapplicable('STUN is not answered: no outbound flows over UDP')
          const read = readStun(Buffer.from(answer.text, 'latin1'))
          return must(read?.messageClass === 'success', 'the answer is no success response of STUN', answer)
        },
      },
    ],
  }),
  defineProbe({
    id: 'transport/certificate',
    element: 'server',
    title: 'a TLS handshake without a client certificate',
    needs: ['tls'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(caller, caller.request('OPTIONS', registrarUri(stage)), 'options')
    },
    expectations: [
      {
        statement: '3261-26.3.1-1',
        title: 'TLS is spoken with clients that have no certificate.',
        judge: (exchange) => must(exchange.status('options') !== 0, 'no answer over TLS', exchange.sent('options')),
      },
      ...(['3261-26.3.2.1-2', '3263-4.1-14'] as const).map((statement) => ({
        statement,
        title: 'The certificate is valid for the domain.',
        judge: (exchange: Parameters<typeof unanswered>[0]) => {
          const event = exchange.event('caller', 'certificate')
          const distrust = certificateOf(event)
          if (distrust === undefined) return inapplicable('there is no certificate')
          if (distrust === 'trusted') return pass
          if (/SELF_SIGNED|ISSUER|VERIFY_LEAF/.test(distrust)) {
            return inconclusive(`its authority is not trusted (${distrust}): give --ca FILE`)
          }
          return violation(`the certificate is refused: ${distrust}`, event)
        },
      })),
    ],
  }),
  defineProbe({
    id: 'transport/websocket-kinds',
    element: 'server',
    title: 'OPTIONS as a text message and as a binary message of WebSocket',
    needs: ['ws'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(caller, caller.request('OPTIONS', registrarUri(stage)), 'text')
      const text = writeRequest(caller.request('OPTIONS', registrarUri(stage)))
      stage.note(caller, text, 'binary')
      caller.wire.send(Buffer.from(text, 'latin1'), { binary: true })
      await stage.final('binary')
    },
    expectations: [
      {
        statement: '7118-4.2-1',
        title: 'Text and binary messages are both taken.',
        judge: (exchange) =>
          unanswered(exchange, 'text') ??
          must(exchange.status('binary') !== 0, 'the binary message is not answered', exchange.sent('binary')),
      },
    ],
  }),
]
