import { calledUri, ours, registrarUri } from '../conversation.js'
import { inconclusive, must, unanswered } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

/** What is declared to answer without state, and what is declared to redirect. */
export const declaredProbes: readonly Probe[] = [
  defineProbe({
    id: 'declared/stateless-uas',
    element: 'uas',
    title: 'OPTIONS five times with the same bytes, INVITE without ACK, a stray ACK and a stray CANCEL',
    needs: ['stateless-uas', 'udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const options = caller.request('OPTIONS', registrarUri(stage))
      for (let copy = 0; copy < 5; copy++) {
        stage.send(caller, options, 'options')
        await stage.wait(50)
      }
      const invite = caller.request('INVITE', registrarUri(stage), { body: ours(caller) })
      stage.send(caller, invite, 'invite')
      await stage.wait(2500)
      const stray = caller.request('ACK', registrarUri(stage), { toTag: 'stray', contact: undefined })
      stage.send(caller, stray, 'stray ack')
      const cancel = { ...caller.request('CANCEL', registrarUri(stage)), contact: undefined }
      stage.send(caller, cancel, 'cancel')
      await stage.wait(500)
    },
    expectations: [
      {
        statement: '3261-8.2.7-1',
        title: 'Without state there are no provisional responses.',
        judge: (exchange) => {
          const provisional = exchange
            .received('caller')
            .find(({ message }) => message.status > 0 && message.status < 200)
          return (
            unanswered(exchange, 'options') ?? must(provisional === undefined, 'a provisional response', provisional)
          )
        },
      },
      {
        statement: '3261-8.2.7-2',
        title: 'Without state no response is sent again by itself.',
        judge: (exchange) => {
          if (exchange.finals('invite').length === 0) return inconclusive('INVITE is not answered')
          return must(
            exchange.finals('invite').length === 1,
            `${exchange.finals('invite').length} responses to one INVITE`,
            ...exchange.finals('invite').slice(0, 2),
          )
        },
      },
      {
        statement: '3261-8.2.7-3',
        title: 'An ACK is ignored.',
        judge: (exchange) => {
          const answer = exchange.received('caller').find(({ message }) => message.cseqMethod === 'ACK')
          return (
            unanswered(exchange, 'options') ??
            must(answer === undefined, 'the ACK is answered', exchange.sent('stray ack'), answer)
          )
        },
      },
      {
        statement: '3261-8.2.7-4',
        title: 'A CANCEL is ignored.',
        judge: (exchange) =>
          unanswered(exchange, 'options') ??
          must(
            exchange.status('cancel') === 0,
            'the CANCEL is answered',
            exchange.sent('cancel'),
            exchange.final('cancel'),
          ),
      },
      {
        statement: '3261-8.2.7-5',
        title: 'Copies of a request are answered with the same To tag.',
        judge: (exchange) => {
          const finals = exchange.finals('options')
          if (finals.length < 2) return unanswered(exchange, 'options') ?? inconclusive('only one copy is answered')
          const tags = new Set(finals.map(({ message }) => message.toTag))
          return must(tags.size === 1, `${tags.size} To tags`, ...finals.slice(0, 2))
        },
      },
    ],
  }),
  defineProbe({
    id: 'declared/redirect',
    element: 'uas',
    title: 'an unknown method with Require of an unknown extension to a redirect server',
    needs: ['redirect'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(
        caller,
        caller.request('XPROBE', calledUri(stage), { headers: ['Require: x-probe-extension'] }),
        'unknown',
      )
    },
    expectations: [
      {
        statement: '3261-8.3-5',
        title: 'A redirect server does not care for methods and extensions.',
        judge: (exchange) => {
          const status = exchange.status('unknown')
          return (
            unanswered(exchange, 'unknown') ??
            must(
              status >= 300 && status < 400,
              `answered ${status} instead of 3xx`,
              exchange.sent('unknown'),
              exchange.final('unknown'),
            )
          )
        },
      },
    ],
  }),
]
