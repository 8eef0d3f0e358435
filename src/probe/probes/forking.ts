import { acceptOf, answerOf, endAfterwards, fork, incoming, ring } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { given, inapplicable, inconclusive, must, type ProbeVerdict } from '../judgement.js'
import { Leg } from '../leg.js'
import type { Party } from '../party.js'
import { defineProbe, type Probe } from '../probe.js'
import type { RequestParts } from '../request-text.js'
import type { Stage } from '../stage.js'

interface Forked {
  readonly caller: Party
  readonly callee: Party
  readonly second: Party
  readonly invite: RequestParts
}

/** A call that rings at both devices of the callee, as far as the target forks. */
async function ringBoth(stage: Stage): Promise<Forked> {
  const [caller, callee, second] = await fork(stage)
  const invite = await ring(stage, caller, callee.aor)
  await incoming(stage, callee)
  await stage.until((exchange) => exchange.forwarded('invite', 'second').length > 0, 500)
  for (const party of [callee, second]) {
    const arrived = stage.exchange.forwarded('invite', party.name)[0]
    if (arrived !== undefined) stage.respond(party, arrived.message, 180, answerOf(party, party.name))
  }
  await stage.wait(100)
  return { caller, callee, second, invite }
}

/** Answers the INVITE of that device. */
function answer(
  stage: Stage,
  party: Party,
  status: number,
  headers: readonly { name: string; value: string }[] = [],
): void {
  const arrived = stage.exchange.forwarded('invite', party.name)[0]
  if (arrived === undefined) return
  const base = status < 300 ? acceptOf(party, party.name) : answerOf(party, party.name)
  stage.respond(party, arrived.message, status, { ...base, headers: [...base.headers, ...headers] })
}

/** Answers CANCEL at that device, and its INVITE with 487. */
async function yieldTo(stage: Stage, party: Party): Promise<void> {
  const cancel = await stage.awaitRequest(party, 'CANCEL', 800)
  if (cancel === undefined) return
  stage.respond(party, cancel.message, 200)
  answer(stage, party, 487)
}

const inParallel = (exchange: Exchange): ProbeVerdict | undefined =>
  exchange.forwarded('invite', 'second').length > 0
    ? undefined
    : inapplicable('the target does not fork to both devices at once')

/** Ends with the caller's ACK of what came up. */
async function finish(stage: Stage, { caller, invite }: Forked): Promise<void> {
  const final = await stage.final('invite', 4000)
  if (final === undefined) return
  if (final.status >= 300) return stage.acknowledge(caller, invite, final)
  const leg = Leg.ofCaller(caller, final)
  stage.send(caller, leg.request('ACK'), 'ack')
  endAfterwards(stage, leg)
}

const refusedBoth = (
  id: string,
  title: string,
  statuses: readonly [number, number],
  headers: readonly [string, string] | undefined,
  expectations: Probe['expectations'],
): Probe =>
  defineProbe({
    id,
    element: 'proxy',
    title,
    async stimulate(stage) {
      const forked = await ringBoth(stage)
      const named = (index: 0 | 1) =>
        headers === undefined ? [] : [{ name: 'Proxy-Authenticate', value: headers[index] }]
      answer(stage, forked.callee, statuses[0], named(0))
      await stage.wait(150)
      answer(stage, forked.second, statuses[1], named(1))
      await finish(stage, forked)
    },
    expectations,
  })

const finalAfterBoth = (exchange: Exchange): ProbeVerdict | undefined =>
  inParallel(exchange) ??
  (exchange.status('invite') === 0 ? inconclusive('no final response after both devices gave theirs') : undefined)

const statusIs = (statement: string, title: string, wanted: (status: number) => boolean) => ({
  statement,
  title,
  judge: given(finalAfterBoth, (exchange) =>
    must(wanted(exchange.status('invite')), `the caller gets ${exchange.status('invite')}`, exchange.final('invite')),
  ),
})

/** Which response goes up when a request has several ways. */
export const forkingProbes: readonly Probe[] = [
  refusedBoth('forking/best', 'a call that one device answers 503 and the other 486', [503, 486], undefined, [
    statusIs(
      '3261-16.7-20',
      'Of several refusals one of the lowest class goes up, or a 6xx.',
      (status) => status >= 400 && status < 500,
    ),
    statusIs(
      '3261-16.7-22',
      'What goes up is one of the refusals that came.',
      (status) => status === 486 || status === 503 || status === 500,
    ),
  ]),
  refusedBoth(
    'forking/challenges',
    'a call that both devices challenge with 407, each with a realm of its own',
    [407, 407],
    ['Digest realm="one.invalid", nonce="1"', 'Digest realm="two.invalid", nonce="2"'],
    [
      {
        statement: '3261-16.7-34',
        title: 'The challenges of all ways go up together.',
        judge: (exchange) => {
          const missing = inParallel(exchange)
          const final = exchange.final('invite')
          if (missing !== undefined || final === undefined) return missing ?? inconclusive('no final response')
          const realms = final.message.getAll('Proxy-Authenticate').join(' ')
          return must(realms.includes('one.invalid') && realms.includes('two.invalid'), 'a challenge is missing', final)
        },
      },
    ],
  ),
  defineProbe({
    id: 'forking/global-failure',
    element: 'proxy',
    title: 'a call that one device answers 603 while the other rings',
    async stimulate(stage) {
      const forked = await ringBoth(stage)
      answer(stage, forked.callee, 603)
      await yieldTo(stage, forked.second)
      await finish(stage, forked)
    },
    expectations: [
      {
        statement: '3261-16.7-14',
        title: 'After a 6xx the other ways are cancelled.',
        judge: given(inParallel, (exchange) =>
          must(
            exchange.requests('second', 'CANCEL').length > 0,
            'no CANCEL at the device that rings',
            exchange.entries.find(({ label }) => label === '603'),
          ),
        ),
      },
      {
        statement: '3261-16.7-23',
        title: 'A 6xx goes up before all other refusals.',
        judge: given(inParallel, (exchange) => {
          const status = exchange.status('invite')
          if (status === 0) return inconclusive('no final response')
          return must(status === 603, `the caller gets ${status}`, exchange.final('invite'))
        }),
      },
    ],
  }),
  defineProbe({
    id: 'forking/two-answers',
    element: 'proxy',
    title: 'a call that both devices answer',
    async stimulate(stage) {
      const forked = await ringBoth(stage)
      answer(stage, forked.callee, 200)
      await stage.wait(50)
      answer(stage, forked.second, 200)
      await stage.until((exchange) => exchange.finals('invite').length > 1, 1500)
      for (const { message } of stage.exchange.finals('invite')) {
        const leg = Leg.ofCaller(forked.caller, message)
        stage.send(forked.caller, leg.request('ACK'), 'ack')
        endAfterwards(stage, leg)
      }
    },
    expectations: (['3261-16.7-15', '6026-7.2-2'] as const).map((statement) => ({
      statement,
      title: 'A second 2xx to INVITE goes up as well.',
      judge: given(inParallel, (exchange) => {
        const tags = new Set(exchange.finals('invite').map(({ message }) => message.toTag))
        if (tags.size === 0) return inconclusive('no final response')
        return must(
          tags.size > 1,
          'only one of two answers reaches the caller',
          ...exchange.entries.filter(({ label, direction }) => label === '200' && direction === 'sent'),
          ...exchange.finals('invite'),
        )
      }),
    })),
  }),
]
