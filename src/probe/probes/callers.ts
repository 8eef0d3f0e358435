import { acknowledged, acknowledgedSoon, acks, caller, notAcknowledged, reply, sent } from '../caller-probe.js'
import { inconclusive, must, violation } from '../judgement.js'
import type { Probe } from '../probe.js'

/** A target that calls us: what it makes of our responses. */
export const callerProbes: readonly Probe[] = [
  caller(
    'callers/unknown-refusal',
    'a call that is answered 499',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 499, 'refused', 'refused')
      await acknowledgedSoon(stage)
      reply(stage, callee, invite, 499, 'refused', 'refused again')
      await acknowledgedSoon(stage, 2)
      reply(stage, callee, invite, 200, 'late', 'another final')
      await stage.wait(600)
    },
    [
      acknowledged(
        '3261-8.1.3.2-1',
        'An unknown final status is taken for x00 of its class: it is acknowledged.',
        'refused',
        'refused',
      ),
      {
        statement: '3261-17.1.1.2-22',
        title: 'Each copy of a refusal of INVITE is acknowledged.',
        judge: (exchange) =>
          must(
            acks(exchange, 'refused').length >= 2,
            `${acks(exchange, 'refused').length} ACK for two copies`,
            sent(exchange, 'refused again'),
          ),
      },
      notAcknowledged(
        '3261-13.2.2-2',
        'After a refusal no other final response changes anything.',
        'another final',
        'late',
      ),
    ],
  ),
  caller(
    'callers/unknown-progress',
    'a call that is answered 199 and 200',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 199, 'progress', 'unknown')
      await stage.wait(100)
      reply(stage, callee, invite, 200, 'progress', 'accepted')
      await acknowledgedSoon(stage)
    },
    [acknowledged('3261-8.1.3.2-2', 'An unknown provisional status is taken for 183: the call goes on.', 'accepted')],
  ),
  caller(
    'callers/progress',
    'a call that is answered 100, 183 and 200',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 100, 'progress', 'trying')
      reply(stage, callee, invite, 183, 'progress', 'progress')
      await stage.wait(100)
      reply(stage, callee, invite, 200, 'progress', 'accepted')
      await acknowledgedSoon(stage)
      reply(stage, callee, invite, 200, 'progress', 'accepted again')
      await acknowledgedSoon(stage, 2)
    },
    [
      acknowledged('3261-8.1.3.2-3', '100 and 183 are understood.', 'accepted'),
      {
        statement: '3261-13.2.2-10',
        title: 'Each copy of a 2xx is acknowledged.',
        judge: (exchange) =>
          must(
            acks(exchange).length >= 2,
            `${acks(exchange).length} ACK for two copies`,
            sent(exchange, 'accepted again'),
          ),
      },
      ...(['3581-3-3', '3581-3-4', '3261-18.1.1-10', '3261-18.1.1-11'] as const).map((statement) =>
        acknowledged(
          statement,
          'A response at the port that Via or the source of the request names is taken.',
          'accepted',
        ),
      ),
    ],
  ),
  caller(
    'callers/two-answers',
    'a call that two devices answer',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 200, 'one', 'first')
      await acknowledgedSoon(stage)
      reply(stage, callee, invite, 200, 'two', 'second')
      await stage.until(
        (exchange) => exchange.requests('callee', 'BYE').some(({ message }) => message.toTag === 'two'),
        2000,
      )
    },
    [
      {
        statement: '3261-13.2.2-11',
        title: 'A second answer of another device is acknowledged, and ended or kept as a call of its own.',
        judge: (exchange) =>
          must(acks(exchange, 'two').length > 0, 'the second 200 is not acknowledged', sent(exchange, 'second')),
      },
    ],
  ),
  caller(
    'callers/without-tag',
    'a call that is answered 200 without a To tag and without Allow',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 200, 'none', 'accepted', (text) => text.replace(';tag=none', ''))
      await acknowledgedSoon(stage)
      await stage.awaitRequest(callee, 'BYE', 3000)
    },
    [
      acknowledged(
        '3261-12.1.2-11',
        'A callee without a tag is taken for one whose tag is empty: its 200 is acknowledged.',
        'accepted',
        '',
      ),
      {
        statement: '3261-20.5-2',
        title: 'Without Allow nothing is taken for forbidden: the call is ended with BYE.',
        judge: (exchange) =>
          exchange.requests('callee', 'BYE').length > 0
            ? { verdict: 'pass' }
            : acks(exchange).length > 0
              ? inconclusive('the target does not hang up within 3 s')
              : violation('the call is neither acknowledged nor ended', sent(exchange, 'accepted')),
      },
    ],
  ),
  caller(
    'callers/strays',
    'a call that gets a response with a foreign top Via and one with an unknown branch',
    async (stage, callee, invite) => {
      reply(stage, callee, invite, 180, 'right', 'ringing')
      reply(stage, callee, invite, 486, 'foreign', 'foreign via', (text) =>
        text.replace(/^(Via: *SIP\/2\.0\/\S+ +)[^;\r,]+/m, '$1foreign.invalid:5999'),
      )
      reply(stage, callee, invite, 486, 'unknown', 'unknown branch', (text) =>
        text.replace(/branch=[^;\r,]+/, `branch=z9hG4bK${callee.token()}`),
      )
      await stage.wait(600)
      reply(stage, callee, invite, 200, 'right', 'accepted')
      await acknowledgedSoon(stage)
    },
    [
      notAcknowledged('3261-18.1.2-1', 'A response whose top Via is foreign is ignored.', 'foreign via', 'foreign'),
      notAcknowledged(
        '6026-7.3-26',
        'A response with an unknown branch is not acknowledged.',
        'unknown branch',
        'unknown',
      ),
    ],
  ),
]
