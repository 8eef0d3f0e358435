import { calledUri, callTarget, hangUp, ours, ring } from '../conversation.js'
import { copiesAfter } from '../copies.js'
import type { Exchange } from '../exchange.js'
import { inapplicable, inconclusive, is2xx, must, pass, unanswered, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'
import { ProbeEnd } from '../stage.js'

/** What is repeated, what is answered alike, and callers of another age. */
export const repetitionProbes: readonly Probe[] = [
  defineProbe({
    id: 'calls/unacknowledged',
    element: 'uas',
    title: 'a call that the target refuses, with its ACK withheld for 2 s',
    limitMs: 12_000,
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const parts = caller.request('INVITE', calledUri(stage), {
        body: ours(caller),
        headers: ['Require: x-probe-extension'],
      })
      const answer = await stage.ask(caller, parts, 'refused', { keepAck: true })
      if (answer === undefined) return
      if (answer.status < 300) return hangUp(stage, caller, 'refused')
      await stage.wait(1900)
      const sent = stage.exchange.sent('refused')?.message
      stage.acknowledge(caller, { ...parts, cseq: sent?.cseq ?? parts.cseq, vias: [sent?.topViaText ?? ''] }, answer)
      await stage.wait(2500)
    },
    expectations: [
      {
        statement: '3261-17.2.1-9',
        title:
          'A refusal of INVITE is repeated over UDP until the ACK comes, after T1, 2 T1, 4 T1, and never over a stream.',
        judge: (exchange) => {
          const copies = exchange.finals('refused').filter(({ atMs }) => atMs < (exchange.sent('ack')?.atMs ?? 0))
          const [first] = copies
          if (first === undefined || first.message.status < 300)
            return unanswered(exchange, 'refused') ?? inapplicable('the call was answered')
          if (first.message.topVia.transport !== 'UDP')
            return must(copies.length === 1, `${copies.length} copies over a stream`, ...copies.slice(0, 2))
          if (copies.length === 1) {
            const stateful = exchange.responses('refused').find(({ message }) => message.status < 200)
            return stateful === undefined
              ? inconclusive('not repeated: it may answer without state (RFC 3261 8.2.7)')
              : violation('not repeated', stateful, first)
          }
          const gaps = copies.slice(1).map(({ atMs }, index) => atMs - (copies[index]?.atMs ?? 0))
          const wanted = [500, 1000]
          const wrong = gaps.findIndex(
            (gap, index) => index < 2 && Math.abs(gap - (wanted[index] ?? 0)) > 0.4 * (wanted[index] ?? 0),
          )
          return must(
            wrong < 0 && gaps.length >= 2,
            `repeated after ${gaps.map(Math.round).join(', ')} ms`,
            ...copies.slice(0, 3),
          )
        },
      },
      {
        statement: '3261-17.2.1-11',
        title: 'After the ACK a refusal is not sent again.',
        judge: (exchange) => {
          if (exchange.sent('ack') === undefined)
            return unanswered(exchange, 'refused') ?? inapplicable('the call was answered')
          const late = copiesAfter(exchange, 'refused', 'ack')
          return must(late.length === 0, 'sent again after the ACK', exchange.sent('ack'), ...late.slice(0, 1))
        },
      },
    ],
  }),
  defineProbe({
    id: 'calls/repeated',
    element: 'server',
    title: 'OPTIONS, and the same bytes again after 1 s and after 5 s',
    needs: ['udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const parts = caller.request('OPTIONS', calledUri(stage))
      if ((await stage.ask(caller, parts, 'repeated')) === undefined) return
      for (const [label, ms] of [
        ['after 1 s', 1000],
        ['after 5 s', 4000],
      ] as const) {
        await stage.wait(ms)
        stage.send(caller, stage.exchange.sent('repeated')?.text ?? '', label)
        await stage.wait(500)
      }
    },
    expectations: (
      [
        ['3261-17.2.2-7', 'after 1 s', 'A copy of a request is answered with the same final response.'],
        ['3261-17.2.2-6', 'after 5 s', 'The final response is there for copies as long as 64 T1.'],
      ] as const
    ).map(([statement, label, title]) => ({
      statement,
      title,
      judge: (exchange: Exchange) => {
        const missing = unanswered(exchange, 'repeated')
        const [first] = exchange.finals('repeated')
        const sentMs = exchange.sent(label)?.atMs ?? 0
        const copy = exchange.finals('repeated').find(({ atMs }) => atMs >= sentMs && sentMs > 0)
        if (missing !== undefined || first === undefined) return missing ?? inconclusive('no reaction within the time')
        if (copy === undefined) return violation('the copy is not answered', exchange.sent(label))
        const same =
          copy.message.status === first.message.status &&
          copy.message.toTag === first.message.toTag &&
          copy.message.bodyText === first.message.bodyText
        return must(same, 'the copy gets another response', first, copy)
      },
    })),
  }),
  defineProbe({
    id: 'calls/without-tag',
    element: 'uas',
    title: 'INVITE without a From tag, as RFC 2543 has it',
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage, 'invite', { fromTag: undefined })
      stage.send(caller, leg.request('ACK'), 'ack')
      await stage.ask(caller, leg.request('BYE'), 'bye')
      leg.ended = true
    },
    expectations: [
      {
        statement: '3261-12.1.1-14',
        title: 'A caller without a tag is taken for one whose tag is empty.',
        judge: (exchange) =>
          must(
            exchange.status('bye') !== 481 && exchange.status('bye') !== 400,
            `its BYE is answered ${exchange.status('bye')}`,
            exchange.sent('bye'),
            exchange.final('bye'),
          ),
      },
    ],
  }),
  defineProbe({
    id: 'calls/options-and-invite',
    element: 'uas',
    title: 'OPTIONS and INVITE for the same user',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(caller, caller.request('OPTIONS', calledUri(stage)), 'options')
      const invite = await ring(stage, caller, calledUri(stage))
      const answer = await stage.final('invite', 6000)
      if (answer === undefined) throw new ProbeEnd('inconclusive', 'the call is not answered in time')
      if (answer.status >= 300) stage.acknowledge(caller, invite, answer)
      else await hangUp(stage, caller, 'invite')
    },
    expectations: [
      {
        statement: '3261-11.2-1',
        title: 'OPTIONS is answered with the status that an INVITE would get.',
        judge: (exchange) => {
          const missing = unanswered(exchange, 'options') ?? unanswered(exchange, 'invite')
          const [options, invite] = [exchange.status('options'), exchange.status('invite')]
          const same = Math.floor(options / 100) === Math.floor(invite / 100)
          return (
            missing ??
            must(
              same,
              `OPTIONS is answered ${options} and INVITE ${invite}`,
              exchange.final('options'),
              exchange.final('invite'),
            )
          )
        },
      },
      {
        statement: '3261-13.1-1',
        title: 'Who takes INVITE takes ACK, CANCEL and BYE, and says so in Allow.',
        judge: (exchange) => {
          if (!is2xx(exchange.status('invite'))) return inapplicable('the call is not answered')
          if (is2xx(exchange.status('invite bye')) === false) {
            return violation(
              `BYE is answered ${exchange.status('invite bye')}`,
              exchange.sent('invite bye'),
              exchange.final('invite bye'),
            )
          }
          const told = ['invite', 'options']
            .map((label) => exchange.final(label))
            .find((entry) => entry?.message.has('Allow'))
          if (told === undefined) return pass
          const allow = told.message.list('Allow')
          const lacking = ['INVITE', 'ACK', 'CANCEL', 'BYE'].filter((method) => !allow.includes(method))
          return must(lacking.length === 0, `Allow lacks ${lacking.join(', ')}`, told)
        },
      },
    ],
  }),
]
