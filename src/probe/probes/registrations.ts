import { a, b, bindings, contact, fetch, has, needed } from '../binding-requests.js'
import { clear, enrol, registration } from '../conversation.js'
import { answered, anyOf, given, inapplicable, is2xx, must, pass, violation } from '../judgement.js'
import { defineProbe, type Probe } from '../probe.js'

/** What a registrar keeps, and in which order it takes what changes it. */
export const registrationProbes: readonly Probe[] = [
  defineProbe({
    id: 'registrations/order',
    element: 'registrar',
    title: 'REGISTERs of one Call-ID in order and out of order, and of another Call-ID',
    async stimulate(stage) {
      const party = await stage.party('caller')
      await clear(stage, party)
      const { callId } = registration(stage, party)
      const send = (label: string, cseq: number, contacts: string, expires: number) =>
        stage.ask(
          party,
          registration(stage, party, { callId, cseq, contact: contacts, headers: [`Expires: ${expires}`] }),
          label,
        )
      await enrol(stage, party, 'first', { callId, cseq: 10, contact: contact(a), headers: ['Expires: 300'] })
      await send('higher', 20, contact(a), 200)
      await send('lower', 5, contact(a), 600)
      await fetch(stage, party, 'after lower')
      await send('lower removal', 4, contact(a), 0)
      await fetch(stage, party, 'after removal')
      await send('half', 3, `${contact(a)}, ${contact(b)}`, 600)
      await fetch(stage, party, 'after half')
      await stage.ask(
        party,
        registration(stage, party, { contact: contact(a), headers: ['Expires: 0'] }),
        'other removal',
      )
      await fetch(stage, party, 'removed')
      await stage.ask(party, registration(stage, party, { contact: contact(a) }), 'other')
      await fetch(stage, party, 'present')
    },
    expectations: [
      {
        statement: '3261-10.3-28',
        title: 'A higher number of the same Call-ID updates the binding.',
        judge: given(needed('higher'), (exchange) => {
          const seconds = bindings(exchange, 'higher').get(a) ?? -1
          return must(
            is2xx(exchange.status('higher')) && seconds >= 0 && seconds <= 200,
            `expires in ${seconds} s instead of 200`,
            exchange.sent('higher'),
            exchange.final('higher'),
          )
        }),
      },
      {
        statement: '3261-10.3-29',
        title: 'A lower number of the same Call-ID changes nothing and fails.',
        judge: given(needed('lower', 'after lower'), (exchange) => {
          const seconds = bindings(exchange, 'after lower').get(a) ?? -1
          if (is2xx(exchange.status('lower')))
            return violation(`answered ${exchange.status('lower')}`, exchange.sent('lower'), exchange.final('lower'))
          return must(
            seconds <= 200,
            `the binding now expires in ${seconds} s`,
            exchange.sent('lower'),
            exchange.final('after lower'),
          )
        }),
      },
      {
        statement: '3261-10.3-19',
        title: 'A lower number of the same Call-ID removes nothing.',
        judge: given(needed('lower removal', 'after removal'), (exchange) =>
          must(
            has(exchange, 'after removal', a),
            'the binding is gone',
            exchange.sent('lower removal'),
            exchange.final('after removal'),
          ),
        ),
      },
      {
        statement: '3261-10.3-20',
        title: 'A removal that is out of order fails.',
        judge: answered('lower removal', { accept: (status) => status >= 400 && status !== 401, expected: 'an error' }),
      },
      {
        statement: '3261-10.3-6',
        title: 'Either all bindings of a REGISTER are made or none.',
        judge: given(needed('half', 'after half'), (exchange) => {
          if (is2xx(exchange.status('half'))) return inapplicable('the request did not fail')
          return must(
            !has(exchange, 'after half', b),
            'a request that failed has made one of its bindings',
            exchange.sent('half'),
            exchange.final('after half'),
          )
        }),
      },
      {
        statement: '3261-10.3-27',
        title: 'Another Call-ID removes a binding and makes it again, whatever its number.',
        judge: given(needed('other removal', 'removed', 'present'), (exchange) => {
          if (has(exchange, 'removed', a))
            return violation('the binding is still there', exchange.sent('other removal'), exchange.final('removed'))
          return must(
            has(exchange, 'present', a),
            'the binding is not there',
            exchange.sent('other'),
            exchange.final('present'),
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'registrations/in-a-row',
    element: 'registrar',
    title: 'two REGISTERs sent at once',
    async stimulate(stage) {
      const party = await stage.party('caller')
      await clear(stage, party)
      const parts = registration(stage, party, { contact: contact(a), headers: ['Expires: 300'] })
      await enrol(stage, party, 'first', parts)
      const next = (step: number, expires: number) => ({
        ...parts,
        vias: [party.via()],
        cseq: parts.cseq + 1 + step,
        headers: [`Expires: ${expires}`],
      })
      stage.send(party, stage.authorized(party, next(1, 500)), 'second')
      stage.send(party, stage.authorized(party, next(2, 100)), 'third')
      await stage.until((exchange) => exchange.status('second') > 0 && exchange.status('third') > 0)
      await fetch(stage, party, 'result')
    },
    expectations: [
      {
        statement: '3261-10.3-5',
        title: 'REGISTERs are processed in the order in which they are received.',
        judge: given(needed('third', 'result'), (exchange) => {
          const seconds = bindings(exchange, 'result').get(a) ?? -1
          return must(
            seconds >= 0 && seconds <= 100,
            `the binding expires in ${seconds} s instead of 100`,
            exchange.sent('second'),
            exchange.sent('third'),
            exchange.final('result'),
          )
        }),
      },
    ],
  }),
  defineProbe({
    id: 'registrations/star',
    element: 'registrar',
    title: 'Contact: * beside another contact, with an expiry, and as it should be',
    async stimulate(stage) {
      const party = await stage.party('caller')
      await clear(stage, party)
      await enrol(stage, party, 'first', { contact: contact(a) })
      const star = (label: string, contacts: string, expires: number) =>
        stage.ask(party, registration(stage, party, { contact: contacts, headers: [`Expires: ${expires}`] }), label)
      await star('beside', `*, ${contact(b)}`, 0)
      await star('lasting', '*', 60)
      await star('all', '*', 0)
      await fetch(stage, party, 'after all')
    },
    expectations: [
      {
        statement: '3261-10.3-17',
        title: 'Contact: * beside another contact or with an expiry other than 0 is refused with 400.',
        judge: (exchange) => {
          const verdicts = ['beside', 'lasting'].map((label) =>
            answered(label, { accept: anyOf(400), expected: '400' })(exchange),
          )
          return verdicts.find(({ verdict }) => verdict !== 'pass') ?? pass
        },
      },
      {
        statement: '3261-10.3-18',
        title: 'Contact: * with expiry 0 removes all bindings.',
        judge: given(needed('all', 'after all'), (exchange) =>
          must(
            bindings(exchange, 'after all').size === 0,
            'there are bindings left',
            exchange.sent('all'),
            exchange.final('after all'),
          ),
        ),
      },
    ],
  }),
]
