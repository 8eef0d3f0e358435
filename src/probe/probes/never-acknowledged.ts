import { callTarget } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { inconclusive, must, type ProbeVerdict, violation } from '../judgement.js'
import { defineProbe, type Expectation, type Need, type Probe } from '../probe.js'

function repeatedThenEnded(exchange: Exchange): ProbeVerdict {
  const copies = exchange.finals('invite')
  const [bye] = exchange.requests('caller', 'BYE')
  const [first] = copies
  if (bye === undefined || first === undefined) return violation('no BYE within 45 s', first)
  const seconds = (bye.atMs - first.atMs) / 1000
  return must(
    copies.length > 5 && seconds > 25,
    `${copies.length} copies of the 2xx, BYE after ${seconds.toFixed(1)} s`,
    first,
    bye,
  )
}

function untagged(exchange: Exchange): ProbeVerdict {
  const [bye] = exchange.requests('caller', 'BYE')
  if (bye === undefined) return inconclusive('the target sent no BYE')
  return must(!/;tag/i.test(bye.message.get('To') ?? ''), 'its To has a tag', exchange.sent('invite'), bye)
}

interface Unacknowledged {
  readonly id: string
  readonly title: string
  readonly tagged: boolean
  readonly needs: readonly Need[]
  readonly expectation: Expectation
}

const unacknowledged = ({ id, title, tagged, needs, expectation }: Unacknowledged): Probe =>
  defineProbe({
    id,
    element: 'uas',
    title,
    needs,
    limitMs: 60_000,
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage, 'invite', tagged ? {} : { fromTag: undefined })
      const bye = await stage.awaitRequest(caller, 'BYE', 45_000)
      if (bye === undefined) return
      stage.respond(caller, bye.message, 200)
      leg.ended = true
      await stage.wait(5000)
    },
    expectations: [expectation],
  })

/** Calls that the target answers and whose ACK never comes. */
export const neverAcknowledgedProbes: readonly Probe[] = [
  unacknowledged({
    id: 'offers/never-acknowledged',
    title: 'a call whose ACK never comes',
    tagged: true,
    needs: ['slow'],
    expectation: {
      statement: '6026-7.3-21',
      title: 'Without an ACK a 2xx is repeated for 64 T1, then the call is ended with BYE.',
      judge: repeatedThenEnded,
    },
  }),
  unacknowledged({
    id: 'offers/never-acknowledged-without-tag',
    title: 'a call of a caller without a tag whose ACK never comes',
    tagged: false,
    needs: ['slow'],
    expectation: {
      statement: '3261-12.2.1.1-5',
      title: 'Requests to a peer without a tag have no tag parameter.',
      judge: untagged,
    },
  }),
  unacknowledged({
    id: 'websocket/never-acknowledged',
    title: 'a call over WebSocket whose ACK never comes',
    tagged: true,
    needs: ['ws', 'slow'],
    expectation: {
      statement: '7118-D-22',
      title: 'A 2xx to INVITE is repeated end to end until its ACK comes, over WebSocket too.',
      judge: repeatedThenEnded,
    },
  }),
]
