import { describe, expect, it } from 'vitest'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { toWire } from '../../../src/sip/message/wire.js'
import { ict } from '../../../src/sip/transaction/ict.js'
import { ist } from '../../../src/sip/transaction/ist.js'
import { nict } from '../../../src/sip/transaction/nict.js'
import { nist } from '../../../src/sip/transaction/nist.js'
import type { ClientTransaction, ServerTransaction } from '../../../src/sip/transaction/transaction-layer.js'
import { Bench, peer, requestText, responseText } from './fixture.js'

/** What the RFCs say, written down apart from the tables: state, input, next state, sent, told. */
type Row = readonly [state: string, input: string, next: string, sent: string, told: string]

const ictRows: readonly Row[] = [
  ['calling', '1xx', 'proceeding', '', '180'],
  ['calling', '2xx', 'accepted', '', '200'],
  ['calling', '300-699', 'completed', 'ACK', '486'],
  ['calling', 'timerA', 'calling', 'INVITE', ''],
  ['calling', 'timerB', 'terminated', '', 'timeout B'],
  ['calling', 'cancel', 'calling', '', ''],
  ['calling', 'transportError', 'terminated', '', 'failed gone'],
  ['proceeding', '1xx', 'proceeding', '', '180'],
  ['proceeding', '2xx', 'accepted', '', '200'],
  ['proceeding', '300-699', 'completed', 'ACK', '486'],
  ['proceeding', 'timerB', 'terminated', '', 'timeout B'],
  ['proceeding', 'cancel', 'proceeding', 'CANCEL', ''],
  ['proceeding', 'transportError', 'terminated', '', 'failed gone'],
  ['accepted', '2xx', 'accepted', '', '200'],
  ['accepted', 'timerM', 'terminated', '', ''],
  ['completed', '300-699', 'completed', 'ACK', ''],
  ['completed', 'timerD', 'terminated', '', ''],
  ['completed', 'transportError', 'terminated', '', 'failed gone'],
]

const nictRows: readonly Row[] = [
  ['trying', '1xx', 'proceeding', '', '180'],
  ['trying', '200-699', 'completed', '', '486'],
  ['trying', 'timerE', 'trying', 'OPTIONS', ''],
  ['trying', 'timerF', 'terminated', '', 'timeout F'],
  ['trying', 'transportError', 'terminated', '', 'failed gone'],
  ['proceeding', '1xx', 'proceeding', '', '180'],
  ['proceeding', '200-699', 'completed', '', '486'],
  ['proceeding', 'timerE', 'proceeding', 'OPTIONS', ''],
  ['proceeding', 'timerF', 'terminated', '', 'timeout F'],
  ['proceeding', 'transportError', 'terminated', '', 'failed gone'],
  ['completed', 'timerK', 'terminated', '', ''],
]

const istRows: readonly Row[] = [
  ['proceeding', 'request', 'proceeding', '180', ''],
  ['proceeding', 'send1xx', 'proceeding', '180', ''],
  ['proceeding', 'send2xx', 'accepted', '200', ''],
  ['proceeding', 'send300-699', 'completed', '486', ''],
  ['proceeding', 'timer100', 'proceeding', '100', ''],
  ['proceeding', 'transportError', 'proceeding', '', 'failed gone'],
  ['proceeding', 'timerL', 'terminated', '', ''],
  ['accepted', 'request', 'accepted', '', ''],
  ['accepted', 'ack', 'accepted', '', 'ack 1'],
  ['accepted', 'send2xx', 'accepted', '200', ''],
  ['accepted', 'timerL', 'terminated', '', ''],
  ['accepted', 'transportError', 'accepted', '', 'failed gone'],
  ['completed', 'request', 'completed', '486', ''],
  ['completed', 'ack', 'confirmed', '', ''],
  ['completed', 'timerG', 'completed', '486', ''],
  ['completed', 'timerH', 'terminated', '', 'no ack'],
  ['completed', 'transportError', 'completed', '', 'failed gone'],
  ['confirmed', 'request', 'confirmed', '', ''],
  ['confirmed', 'ack', 'confirmed', '', ''],
  ['confirmed', 'timerI', 'terminated', '', ''],
]

const nistRows: readonly Row[] = [
  ['trying', 'request', 'trying', '', ''],
  ['trying', 'send100', 'proceeding', '100', ''],
  ['trying', 'send200-699', 'completed', '486', ''],
  ['trying', 'send408', 'terminated', '', ''],
  ['trying', 'timer100', 'proceeding', '100', ''],
  ['trying', 'transportError', 'terminated', '', 'failed gone'],
  ['proceeding', 'request', 'proceeding', '100', ''],
  ['proceeding', 'send100', 'proceeding', '100', ''],
  ['proceeding', 'send200-699', 'completed', '486', ''],
  ['proceeding', 'send408', 'terminated', '', ''],
  ['proceeding', 'transportError', 'terminated', '', 'failed gone'],
  ['completed', 'request', 'completed', '486', ''],
  ['completed', 'timerJ', 'terminated', '', ''],
  ['completed', 'transportError', 'terminated', '', 'failed gone'],
]

const machines = { ict, nict, ist, nist }
const rows = { ict: ictRows, nict: nictRows, ist: istRows, nist: nistRows }
type Name = keyof typeof machines

type Subject = { bench: Bench; tx: ClientTransaction | ServerTransaction }

/** How a transaction is brought into each state. */
const paths: Record<Name, Record<string, readonly string[]>> = {
  ict: { calling: [], proceeding: ['1xx'], accepted: ['2xx'], completed: ['300-699'], terminated: ['transportError'] },
  nict: { trying: [], proceeding: ['1xx'], completed: ['200-699'], terminated: ['transportError'] },
  ist: {
    proceeding: [],
    accepted: ['send2xx'],
    completed: ['send300-699'],
    confirmed: ['send300-699', 'ack'],
    terminated: ['send2xx', 'timerL'],
  },
  nist: { trying: [], proceeding: ['timer100'], completed: ['send200-699'], terminated: ['transportError'] },
}

const methodOf = (name: Name): string => (name === 'ict' || name === 'ist' ? 'INVITE' : 'OPTIONS')

function enter(name: Name, state: string, reliable = false): Subject {
  const bench = new Bench(reliable)
  let tx: ClientTransaction | ServerTransaction
  if (name === 'ict' || name === 'nict') tx = bench.request(methodOf(name))
  else {
    bench.receive(requestText(methodOf(name)))
    tx = bench.server as ServerTransaction
  }
  for (const input of paths[name][state] ?? []) inputs[input]?.({ bench, tx })
  expect(tx.state).toBe(state)
  bench.channel.take()
  bench.takeTold()
  return { bench, tx }
}

const respond =
  (status: number) =>
  ({ tx }: Subject): void => {
    const text = responseText(status, tx.method)
    if ('respond' in tx) tx.respond(status, toWire(text))
  }
const hear =
  (status: number) =>
  ({ tx }: Subject): void => {
    // Straight into the transaction: a terminated one is no longer found by the layer.
    if ('cancel' in tx) tx.receive(SipMessage.parse(toWire(responseText(status, tx.method))))
  }
const arrive =
  (method: string) =>
  ({ tx }: Subject): void => {
    const name = method === '' ? tx.method : method
    if ('respond' in tx) tx.receive(peer, SipMessage.parse(toWire(requestText(name))))
  }
const wait =
  (ms: number) =>
  ({ bench }: Subject): void =>
    bench.clock.advance(ms)

/** Each input as something that happens to a real transaction. */
const inputs: Record<string, (subject: Subject) => void> = {
  '1xx': hear(180),
  '2xx': hear(200),
  '300-699': hear(486),
  '200-699': hear(486),
  cancel: ({ bench, tx }) => 'cancel' in tx && tx.cancel(bench),
  transportError: ({ tx }) => tx.fail('gone'),
  request: arrive(''),
  ack: arrive('ACK'),
  send1xx: respond(180),
  send2xx: respond(200),
  'send300-699': respond(486),
  send100: respond(100),
  'send200-699': respond(486),
  send408: respond(408),
  timerA: wait(500),
  timerB: wait(32_000),
  timerD: wait(32_000),
  timerM: wait(32_000),
  timerE: wait(500),
  timerF: wait(32_000),
  timerK: wait(5000),
  timer100: ({ bench, tx }) => bench.clock.advance(tx.method === 'INVITE' ? 200 : 3500),
  timerG: wait(500),
  timerH: wait(32_000),
  timerI: wait(5000),
  timerL: wait(32_000),
  timerJ: wait(32_000),
}

/** Timers that run in each state once it has been entered. */
const running: Record<Name, Record<string, number>> = {
  ict: { calling: 2, proceeding: 0, accepted: 1, completed: 1, terminated: 0 },
  nict: { trying: 2, proceeding: 2, completed: 1, terminated: 0 },
  ist: { proceeding: 0, accepted: 1, completed: 2, confirmed: 1, terminated: 0 },
  nist: { trying: 1, proceeding: 0, completed: 1, terminated: 0 },
}

/** What differs from that: a failed IST borrows timer L; a CANCEL brings timer B and two of its own. */
const runningAfter: Record<string, number> = {
  'ist proceeding transportError': 1,
  'ict proceeding cancel': 3,
}

const isTimer = (input: string): boolean => input.startsWith('timer')

/** What must have happened before a row's input, so that it shows. */
function prepare(name: Name, state: string, input: string, subject: Subject): void {
  const { bench } = subject
  if (name === 'ict' && state === 'proceeding' && input === 'timerB') inputs.cancel?.(subject)
  if (name === 'ist' && state === 'proceeding' && input === 'request') respond(180)(subject)
  if (name === 'ist' && state === 'proceeding' && input === 'timerL') subject.tx.fail('gone')
  bench.channel.take()
  bench.takeTold()
}

for (const name of ['ict', 'nict', 'ist', 'nist'] as const) {
  const table = machines[name].table as Record<string, Record<string, readonly string[]>>
  const allInputs = [...new Set(Object.values(table).flatMap((cells) => Object.keys(cells)))]

  describe(name, () => {
    it('has exactly the cells of this test', () => {
      const have = Object.entries(table).flatMap(([state, cells]) =>
        Object.keys(cells).map((input) => `${state} ${input}`),
      )
      expect(have.sort()).toEqual(rows[name].map(([state, input]) => `${state} ${input}`).sort())
    })

    it.each(rows[name])('%s: %s leads to %s, sends [%s], tells [%s]', (state, input, next, sent, told) => {
      expect(table[state]?.[input]?.[0]).toBe(next)
      // RFC 4320 4.1: over UDP the user may not send 100 before the layer itself does.
      const subject = enter(name, state, name === 'nist' && state === 'trying' && input === 'send100')
      prepare(name, state, input, subject)
      inputs[input]?.(subject)
      expect(subject.tx.state).toBe(next)
      const sentNow = subject.bench.channel.take()
      // A timer that gives up is reached over the repetitions of the one that repeats.
      if (input === 'timerB' || input === 'timerF' || input === 'timerH') {
        expect(sentNow.every((one) => one === subject.tx.method || one === 'CANCEL' || one === '486')).toBe(true)
      } else expect(sentNow).toEqual(sent === '' ? [] : [sent])
      // The CANCEL of ict/proceeding/timerB gives up at the same moment and says so for itself.
      const toldNow = subject.bench.takeTold().filter((one) => one !== 'timeout F' || name === 'nict')
      expect(toldNow).toEqual(told === '' ? [] : [told])
      if (next === 'terminated') expect(subject.bench.layer.clientCount + subject.bench.layer.serverCount).toBe(0)
      const wanted = runningAfter[`${name} ${state} ${input}`] ?? running[name][next]
      expect(subject.bench.clock.armedCount).toBe(wanted)
    })

    const ignored = Object.keys(table).flatMap((state) =>
      allInputs
        .filter((input) => table[state]?.[input] === undefined && !isTimer(input))
        .map((input) => [state, input] as const),
    )
    it.each(ignored)('%s: %s is ignored', (state, input) => {
      const subject = enter(name, state)
      inputs[input]?.(subject)
      expect(subject.tx.state).toBe(state)
      expect(subject.bench.channel.take()).toEqual([])
      expect(subject.bench.takeTold()).toEqual([])
    })
  })
}
