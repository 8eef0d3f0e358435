import { calledUri, callTarget, hangUp, ours, ring } from '../conversation.js'
import { copiesAfter } from '../copies.js'
import type { Exchange, SipEntry } from '../exchange.js'
import { answered, anyOf, given, inapplicable, inconclusive, is2xx, must, violation } from '../judgement.js'
import { Leg } from '../leg.js'
import { defineProbe, type Probe } from '../probe.js'

const toTags = (entries: readonly SipEntry[]): ReadonlySet<string> =>
  new Set(entries.map(({ message }) => message.toTag))

/** Calls that the target itself answers, and what belongs to no call. */
export const callProbes: readonly Probe[] = [
  defineProbe({
    id: 'calls/strangers',
    element: 'uas',
    title: 'requests of no dialog, and of an old one, beside a call that stands',
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage)
      stage.send(caller, leg.request('ACK'), 'ack')
      await stage.ask(caller, leg.request('INFO', { to: `${leg.remote}x`, callId: `${leg.callId}-other` }), 'no dialog')
      await stage.ask(caller, leg.request('BYE', { to: `${leg.remote}x` }), 'stranger')
      await stage.ask(caller, leg.request('OPTIONS'), 'within')
      await stage.ask(caller, leg.request('OPTIONS', { cseq: leg.cseq - 3 }), 'old')
      await stage.ask(caller, leg.request('BYE'), 'bye')
      leg.ended = true
      await stage.ask(caller, leg.request('BYE'), 'after the end')
    },
    expectations: [
      {
        statement: '3261-12.2.2-2',
        title: 'A request with a To tag for no dialog is refused with 481.',
        judge: given(
          (exchange) =>
            exchange.status('no dialog') === 405 || exchange.status('no dialog') === 501
              ? endJudge(exchange)
              : undefined,
          answered('no dialog', { accept: anyOf(481), expected: '481' }),
        ),
      },
      {
        statement: '3261-15.1.2-2',
        title: 'A BYE of no dialog ends no call: it is refused with 481.',
        judge: (exchange) => {
          const wrong = answered('stranger', { accept: anyOf(481), expected: '481' })(exchange)
          return wrong.verdict === 'pass' && exchange.status('bye') === 481
            ? violation(
                'the call is gone after a BYE with another tag',
                exchange.sent('stranger'),
                exchange.final('bye'),
              )
            : wrong
        },
      },
      {
        statement: '3261-12.2.2-4',
        title: 'A request of a dialog with a lower number than the one before is refused with 500.',
        judge: answered('old', { accept: anyOf(500), expected: '500' }),
      },
    ],
  }),
  defineProbe({
    id: 'calls/copies',
    element: 'uas',
    title: 'a call whose INVITE comes again after its 200, and whose ACK has a branch of RFC 2543',
    needs: ['udp'],
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage)
      const sent = stage.exchange.sent('invite')
      if (sent !== undefined) stage.send(caller, sent.text, 'invite again')
      await stage.wait(800)
      stage.send(caller, leg.request('ACK', { vias: [caller.via({ branch: stage.rng.token() })] }), 'old ack')
      await stage.wait(2500)
      stage.send(caller, leg.request('ACK'), 'ack')
      await stage.ask(caller, leg.request('BYE'), 'bye')
      leg.ended = true
    },
    expectations: [
      {
        statement: '6026-7.3-19',
        title: 'A copy of an INVITE that was accepted makes no second call.',
        judge: (exchange) => {
          const tags = toTags(exchange.finals('invite').filter(({ message }) => is2xx(message.status)))
          const refused = exchange.finals('invite').find(({ message }) => message.status >= 300)
          if (refused !== undefined) return violation('the copy is refused', exchange.sent('invite again'), refused)
          return must(tags.size === 1, `${tags.size} To tags for one INVITE`, ...exchange.finals('invite').slice(0, 2))
        },
      },
      {
        statement: '6026-6-5',
        title: 'An ACK with a branch of RFC 2543 ends the copies of the 2xx.',
        judge: (exchange) =>
          must(
            copiesAfter(exchange, 'invite', 'old ack').length === 0,
            'the 2xx is sent again after it',
            exchange.sent('old ack'),
            ...copiesAfter(exchange, 'invite', 'old ack'),
          ),
      },
    ],
  }),
  defineProbe({
    id: 'calls/ringing-copies',
    element: 'uas',
    title: 'the INVITE again while the target rings, and a second INVITE on its early dialog',
    needs: ['udp'],
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const invite = await ring(stage, caller, calledUri(stage))
      const rings = (exchange: Exchange) =>
        exchange.responses('invite').find(({ message }) => message.status > 100 && message.status < 200)
      await stage.until((exchange) => rings(exchange) !== undefined || exchange.status('invite') > 0)
      const ringing = rings(stage.exchange)
      if (ringing !== undefined && stage.exchange.status('invite') === 0) {
        stage.send(caller, stage.exchange.sent('invite')?.text ?? '', 'invite')
        await stage.wait(100)
        const leg = Leg.ofCaller(caller, ringing.message)
        const changes = leg.target === '' ? { uri: invite.uri } : {}
        const second = leg.request('INVITE', { body: ours(caller), headers: invite.headers, ...changes })
        await stage.ask(caller, second, 'second')
      }
      const cancel = { ...invite, method: 'CANCEL', vias: invite.vias.slice(0, 1), body: '', contact: undefined }
      if (stage.exchange.status('invite') === 0) stage.send(caller, cancel, 'cancel')
      const answer = await stage.final('invite')
      if (answer !== undefined && answer.status >= 300) stage.acknowledge(caller, invite, answer)
      else await hangUp(stage, caller, 'invite')
    },
    expectations: [
      {
        statement: '3261-17.2.1-5',
        title: 'A copy of INVITE is answered with the last provisional response again.',
        judge: (exchange) => {
          const again = exchange.sent('invite')
          const before = exchange
            .responses('invite')
            .filter(({ atMs, message }) => message.status < 200 && atMs <= (again?.atMs ?? 0))
          const after = exchange.responses('invite').filter(({ atMs }) => atMs > (again?.atMs ?? 0))
          const last = before.at(-1)
          if (last === undefined) return inapplicable('it does not ring')
          const [copy] = after
          const second = exchange.sent('second')
          if (second === undefined) return inapplicable('the call was answered at once')
          if (copy === undefined || copy.atMs > second.atMs) return violation('no answer to the copy', again)
          if (copy.message.status >= 200) return inapplicable('the call was answered at once')
          return must(
            copy.message.status === last.message.status && copy.message.toTag === last.message.toTag,
            'another response to the copy',
            last,
            copy,
          )
        },
      },
      {
        statement: '3261-14.2-1',
        title: 'A second INVITE before the first has its final response is refused with 500 and Retry-After up to 10.',
        judge: (exchange) => {
          const final = exchange.final('second')
          if (exchange.sent('second') === undefined) return inapplicable('it does not ring long enough')
          if (final === undefined) return inconclusive('the second INVITE is not answered')
          const first = exchange.final('invite')
          if (final.message.status !== 500) {
            if (first !== undefined && first.atMs < final.atMs)
              return inapplicable('the first INVITE was answered before')
            return violation(`answered ${final.message.status}`, exchange.sent('second'), final)
          }
          const seconds = Number(/^\d+/.exec(final.message.get('Retry-After') ?? '')?.[0] ?? -1)
          return must(seconds >= 0 && seconds <= 10, '500 without Retry-After of 0 to 10', final)
        },
      },
    ],
  }),
]

/** The target does not know INFO: then its answer to a BYE after the end decides. */
const endJudge = (exchange: Exchange) => {
  const status = exchange.status('after the end')
  return status === 0
    ? inconclusive('no answer after the end of the call')
    : must(
        status === 481,
        `a BYE after the end is answered ${status}`,
        exchange.sent('after the end'),
        exchange.final('after the end'),
      )
}
