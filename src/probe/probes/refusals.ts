import { calledUri, hangUp, ours, registrarUri, ring } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { answered, anyOf, given, inapplicable, must, pass, unanswered, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

/** What an element says that never came to the point that is probed: it would have to let the request in first. */
const elsewhere: Readonly<Record<number, string>> = {
  403: 'the request is forbidden before that is looked at (403)',
  404: 'nobody is there (404)',
  480: 'nobody is there (480)',
  484: 'nobody is there (484)',
  604: 'nobody is there (604)',
}

const knownMethods = ['MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'REFER', 'INFO', 'NOTIFY']

const allowOf = (exchange: Exchange, label: string): readonly string[] =>
  exchange
    .final(label)
    ?.message.list('Allow')
    .map((method) => method.toUpperCase()) ?? []

/** Requests that an element must refuse, each in its way. */
export const refusalProbes: readonly Probe[] = [
  defineProbe({
    id: 'refusals/methods',
    element: 'uas',
    title: 'OPTIONS, a method that nobody knows, and a method that the answer to OPTIONS does not allow',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const uri = calledUri(stage)
      await stage.ask(caller, caller.request('OPTIONS', uri), 'options')
      await stage.ask(caller, caller.request('XPROBE', uri), 'unknown')
      const allow = allowOf(stage.exchange, 'options')
      const forbidden = knownMethods.find((method) => !allow.includes(method))
      if (allow.length > 0 && forbidden !== undefined) {
        await stage.ask(caller, caller.request(forbidden, uri, { headers: ['Event: x-probe'] }), 'forbidden')
      }
    },
    expectations: [
      {
        statement: '3261-8.2.1-1',
        title: 'An unknown method is refused with 405 or 501.',
        judge: answered('unknown', { accept: anyOf(405, 501), skip: elsewhere, expected: '405 or 501' }),
      },
      {
        statement: '3261-8.2.1-2',
        title: 'A method that is known and not allowed is refused with 405.',
        judge: given(
          (exchange) =>
            exchange.sent('forbidden')
              ? undefined
              : inapplicable('the answer to OPTIONS has no Allow, or allows everything'),
          answered('forbidden', {
            accept: anyOf(405),
            skip: { ...elsewhere, 501: 'the method is not known (501)' },
            expected: '405',
          }),
        ),
      },
      {
        statement: '3261-8.2.1-4',
        title: 'Allow names every method that the element takes.',
        judge: (exchange) => {
          const lists = ['options', 'unknown', 'forbidden'].filter((label) => allowOf(exchange, label).length > 0)
          const status = exchange.status('options')
          if (lists.length === 0 || status === 0 || status >= 300) return inapplicable('no response has Allow')
          const [label] = lists.filter((each) => !allowOf(exchange, each).includes('OPTIONS'))
          return must(label === undefined, 'Allow lacks OPTIONS, which is taken', exchange.final(label ?? ''))
        },
      },
    ],
  }),
  defineProbe({
    id: 'refusals/require',
    element: 'uas',
    title: 'OPTIONS with Require of an extension that nobody knows',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      await stage.ask(
        caller,
        caller.request('OPTIONS', stage.target.callUri ?? registrarUri(stage), {
          headers: ['Require: x-probe-extension'],
        }),
        'require',
      )
    },
    expectations: [
      {
        statement: '3261-8.2.2.3-1',
        title: 'An extension that is required and not known is refused with 420.',
        judge: answered('require', { accept: anyOf(420), skip: elsewhere, expected: '420' }),
      },
    ],
  }),
  defineProbe({
    id: 'refusals/bodies',
    element: 'uas',
    title: 'INVITE with a body of an unknown type, with an unknown encoding, language and encryption',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const uri = calledUri(stage)
      const send = async (label: string, contentType: string, body: string, headers: readonly string[] = []) => {
        const invite = caller.request('INVITE', uri, { body, contentType, headers })
        const answer = await stage.ask(caller, invite, label, { withinMs: 4000 })
        if (answer !== undefined) await hangUp(stage, caller, label)
      }
      await send('type', 'application/x-probe', 'x')
      await send('encoding', 'application/sdp', ours(caller), ['Content-Encoding: x-probe'])
      await send('language', 'application/sdp', ours(caller), ['Content-Language: x-probe'])
      await send('encrypted', 'application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m', '0x', [
        'Content-Disposition: attachment;filename=smime.p7m;handling=required',
      ])
    },
    expectations: [
      {
        statement: '3261-8.2.3-1',
        title: 'A body of an unknown type is refused with 415.',
        judge: answered('type', { accept: anyOf(415), skip: elsewhere, expected: '415' }),
      },
      {
        statement: '3261-8.2.3-3',
        title: 'An unknown encoding is refused with 415 and Accept-Encoding.',
        judge: given(answeredOr('encoding'), (exchange) => {
          const final = exchange.final('encoding')
          return must(
            final?.message.status === 415 && final.message.has('Accept-Encoding'),
            `answered ${final?.message.status}${final?.message.status === 415 ? ' without Accept-Encoding' : ''}`,
            exchange.sent('encoding'),
            final,
          )
        }),
      },
      {
        statement: '3261-8.2.3-4',
        title: 'A refusal because of the language says with Accept-Language what is understood.',
        judge: given(answeredOr('language'), (exchange) => {
          const final = exchange.final('language')
          if (final?.message.status !== 415)
            return inapplicable('the language of a session description is not looked at')
          return must(final.message.has('Accept-Language'), '415 without Accept-Language', final)
        }),
      },
      {
        statement: '3261-23.2-18',
        title: 'What is encrypted for somebody else is refused with 493.',
        judge: answered('encrypted', {
          accept: anyOf(493),
          skip: { ...elsewhere, 415: 'S/MIME is not known (415)', 488: 'S/MIME is not known (488)' },
          expected: '493',
        }),
      },
    ],
  }),
  defineProbe({
    id: 'refusals/merged',
    element: 'uas',
    title: 'the same INVITE twice at once with two branches, as if it had come two ways',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const invite = caller.request('INVITE', calledUri(stage), { body: ours(caller) })
      stage.send(caller, invite, 'one way')
      stage.send(caller, { ...invite, vias: [caller.via()] }, 'other way')
      await stage.until((exchange) => exchange.status('one way') > 0 && exchange.status('other way') > 0, 4000)
      for (const label of ['one way', 'other way']) {
        const answer = stage.exchange.final(label)?.message
        const sent = stage.exchange.sent(label)?.message
        if (answer === undefined || sent === undefined) continue
        if (answer.status >= 300) stage.acknowledge(caller, { ...invite, vias: [sent.topViaText] }, answer)
        else await hangUp(stage, caller, label)
      }
    },
    expectations: [
      {
        statement: '3261-8.2.2.2-1',
        title: 'A request that came already on another way is refused with 482.',
        judge: (exchange) => {
          const statuses = ['one way', 'other way'].map((label) => exchange.status(label))
          if (statuses.includes(482)) return pass
          if (!statuses.some((status) => status >= 200 && status < 300)) {
            return unanswered(exchange, 'one way') ?? inapplicable('nobody answers the call')
          }
          if (statuses.includes(0)) return inapplicable('one of the two is not answered')
          return violation('both are taken', exchange.sent('one way'), exchange.final('other way'))
        },
      },
    ],
  }),
  defineProbe({
    id: 'refusals/cancel-require',
    element: 'uas',
    title: 'CANCEL of a call with Require of an unknown extension',
    async stimulate(stage) {
      const caller = await stage.party('caller')
      const invite = await ring(stage, caller, calledUri(stage))
      const cancel = { ...invite, method: 'CANCEL', vias: invite.vias.slice(0, 1), body: '', contact: undefined }
      stage.send(caller, { ...cancel, headers: ['Require: x-probe-extension'] }, 'cancel')
      await stage.final('cancel')
      const answer = await stage.final('invite')
      if (answer === undefined) return
      if (answer.status >= 300) return stage.acknowledge(caller, invite, answer)
      await hangUp(stage, caller, 'invite')
    },
    expectations: [
      {
        statement: '3261-8.2.2.3-4',
        title: 'Require is not looked at in CANCEL.',
        judge: answered('cancel', { accept: (status) => status !== 420 && status > 0, expected: '200' }),
      },
    ],
  }),
]

function answeredOr(label: string) {
  return (exchange: Exchange) => {
    const reason = elsewhere[exchange.status(label)]
    return reason === undefined ? unanswered(exchange, label) : inapplicable(reason)
  }
}
