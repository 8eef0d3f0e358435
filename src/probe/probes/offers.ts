import { calledUri, callTarget, hangUp } from '../conversation.js'
import type { Exchange } from '../exchange.js'
import { answered, inapplicable, inconclusive, must, unanswered, violation } from '../judgement.js'
import type { Leg } from '../leg.js'
import { defineProbe, type Probe } from '../probe.js'
import { audioSdp, mediaLines, originVersion } from '../sdp.js'
import type { Stage } from '../stage.js'

/** Offers within a call: sends the re-INVITE, acknowledges, gives the answer's status. */
async function reoffer(stage: Stage, leg: Leg, label: string, body: string, answer?: string): Promise<number> {
  const parts = leg.request('INVITE', { body })
  const final = await stage.ask(leg.party, parts, label, { withinMs: 4000 })
  if (final !== undefined && final.status < 300) stage.send(leg.party, leg.request('ACK', { body: answer ?? '' }))
  return final?.status ?? 0
}

const sdpOf = (exchange: Exchange, label: string): string => exchange.final(label)?.message.bodyText ?? ''

const mediaAfter = (exchange: Exchange, party: string, ms: number) =>
  exchange.others(party).filter(({ atMs, text }) => atMs > ms && text.charCodeAt(0) >> 6 === 2)

const establishedJudge = (label: string, title: string) => (exchange: Exchange) => {
  const final = exchange.final(label)
  if (final === undefined) return unanswered(exchange, label) ?? inconclusive('no answer')
  const media = mediaLines(final.message.bodyText)
  return must(
    final.message.status < 300 && media.length > 0,
    `${title}: ${final.message.status}, ${media.length} streams`,
    exchange.sent(label),
    final,
  )
}

/** Offers and answers of the phone that is called. */
export const offerProbes: readonly Probe[] = [
  defineProbe({
    id: 'offers/early-and-late',
    element: 'uas',
    title: 'a call whose INVITE has no offer, with a re-INVITE without one',
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage, 'late', { body: '' })
      const own = audioSdp(caller.wire.local)
      stage.send(caller, leg.request('ACK', { body: own }), 'ack')
      await stage.wait(100)
      await reoffer(stage, leg, 'again', '', own)
      await stage.ask(caller, leg.request('BYE'), 'bye')
      leg.ended = true
    },
    expectations: [
      {
        statement: '3261-13.2.1-16',
        title: 'A call is set up with the offer in INVITE and with the offer in its 200.',
        judge: establishedJudge('late', 'the call without an offer'),
      },
      {
        statement: '3261-13.3.1-4',
        title: 'The 200 of an INVITE without an offer has one.',
        judge: (exchange) =>
          must(
            mediaLines(sdpOf(exchange, 'late')).length > 0,
            'the 200 has no session description',
            exchange.final('late'),
          ),
      },
      {
        statement: '3261-14.2-11',
        title: 'The offer in the 200 of a re-INVITE without one fits the session that stands.',
        judge: (exchange) => {
          const missing = unanswered(exchange, 'again')
          if (missing !== undefined) return missing
          if (exchange.status('again') >= 300)
            return inapplicable(`the re-INVITE is refused (${exchange.status('again')})`)
          const [before, after] = ['late', 'again'].map((label) => mediaLines(sdpOf(exchange, label)))
          const formats = new Set(before?.[0]?.formats)
          const overlaps = after?.[0]?.formats.some((format) => formats.has(format)) === true
          return must(
            overlaps,
            'no format of the session is offered again',
            exchange.final('late'),
            exchange.final('again'),
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'offers/streams',
    element: 'uas',
    title: 'a call with a stream of an unknown kind, and one with unknown codecs only',
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage, 'kinds', {
        body: audioSdp({ host: '127.0.0.1', port: 0 }, { more: 'm=x-probe 9 RTP/AVP 0\r\n' }),
      })
      stage.send(caller, leg.request('ACK'), 'ack')
      await stage.ask(caller, leg.request('BYE'), 'bye')
      leg.ended = true
      const audio = '101\r\na=rtpmap:101 x-probe/8000'
      const invite = caller.request('INVITE', calledUri(stage), {
        body: audioSdp(caller.wire.local, { audio }),
      })
      const answer = await stage.ask(caller, invite, 'codecs', { withinMs: 5000 })
      if (answer !== undefined && answer.status < 300) await hangUp(stage, caller, 'codecs')
    },
    expectations: [
      {
        statement: '3264-6-8',
        title: 'A stream of a kind that is not known has port 0 in the answer.',
        judge: (exchange) => {
          const media = mediaLines(sdpOf(exchange, 'kinds'))
          const other = media.find(({ kind }) => kind === 'x-probe')
          return must(
            other?.port === 0,
            other === undefined ? 'the answer lacks the stream' : `it has port ${other.port}`,
            exchange.final('kinds'),
          )
        },
      },
      {
        statement: '3264-6.1-24',
        title: 'A stream without a known codec is refused: port 0, or 488 or 606 for the call.',
        judge: (exchange) => {
          const missing = unanswered(exchange, 'codecs')
          if (missing !== undefined) return missing
          const status = exchange.status('codecs')
          const [audio] = mediaLines(sdpOf(exchange, 'codecs'))
          return must(
            status >= 300 ? [415, 488, 606].includes(status) : audio?.port === 0,
            status >= 300 ? `answered ${status}` : `answered with port ${audio?.port}`,
            exchange.sent('codecs'),
            exchange.final('codecs'),
          )
        },
      },
    ],
  }),
  defineProbe({
    id: 'offers/changes',
    element: 'uas',
    title:
      'a call with media, re-INVITEs that repeat the offer, move the media and hold it, and one that BYE overtakes',
    limitMs: 25_000,
    async stimulate(stage) {
      const old = await stage.party('old media', { transport: 'udp' })
      const moved = await stage.party('new media', { transport: 'udp' })
      const local = (port: number, version: number, connection?: string) =>
        audioSdp(old.wire.local, { port, version, ...(connection === undefined ? {} : { connection }) })
      const { caller, leg } = await callTarget(stage, 'invite', { body: local(old.wire.local.port, 1) })
      stage.send(caller, leg.request('ACK'), 'ack')
      await stage.wait(600)
      await reoffer(stage, leg, 'same', local(old.wire.local.port, 1))
      await stage.wait(300)
      await reoffer(stage, leg, 'moved', local(moved.wire.local.port, 2))
      await stage.wait(1000)
      await reoffer(stage, leg, 'held', local(moved.wire.local.port, 3, '0.0.0.0'))
      await stage.wait(1200)
      stage.send(caller, leg.request('INVITE', { body: local(moved.wire.local.port, 4) }), 'overtaken')
      await stage.ask(caller, leg.request('BYE'), 'bye')
      leg.ended = true
      const final = await stage.final('overtaken')
      const sent = stage.exchange.sent('overtaken')?.message
      if (final === undefined || sent === undefined) return
      if (final.status < 300) stage.send(caller, leg.request('ACK', { cseq: sent.cseq }))
      else stage.acknowledge(caller, leg.request('ACK', { cseq: sent.cseq, vias: [sent.topViaText] }), final)
    },
    expectations: [
      {
        statement: '3261-14.2-3',
        title: 'A re-INVITE that changes nothing is accepted and changes no version of the answer.',
        judge: (exchange) => {
          const missing = unanswered(exchange, 'same')
          if (missing !== undefined) return missing
          if (exchange.status('same') >= 300)
            return inapplicable(`the re-INVITE is refused (${exchange.status('same')})`)
          const [before, after] = ['invite', 'same'].map((label) => originVersion(sdpOf(exchange, label)))
          const sameBody =
            sdpOf(exchange, 'invite').replace(/^o=.*$/m, '') === sdpOf(exchange, 'same').replace(/^o=.*$/m, '')
          return must(
            before === after || !sameBody,
            `the version goes from ${before} to ${after} and nothing else changes`,
            exchange.final('invite'),
            exchange.final('same'),
          )
        },
      },
      {
        statement: '3261-14.2-4',
        title: 'Media follows the address of a re-INVITE.',
        judge: (exchange) => {
          const moved = exchange.final('moved')
          if (moved === undefined || moved.message.status >= 300) return inapplicable('the re-INVITE is not accepted')
          if (mediaAfter(exchange, 'old media', 0).length === 0) return inconclusive('no media arrived')
          const late = mediaAfter(exchange, 'old media', moved.atMs + 500)
          const arrived = mediaAfter(exchange, 'new media', 0)
          return must(
            arrived.length > 0 && late.length === 0,
            'media goes on to the old address',
            exchange.sent('moved'),
            moved,
          )
        },
      },
      {
        statement: '3264-8.4-3',
        title: 'A stream that is held with c=0.0.0.0 is accepted and sends no more.',
        judge: (exchange) => {
          const held = exchange.final('held')
          const missing = unanswered(exchange, 'held')
          if (missing !== undefined || held === undefined) return missing ?? inconclusive('no answer')
          if (held.message.status >= 300)
            return violation(`answered ${held.message.status}`, exchange.sent('held'), held)
          const late = ['old media', 'new media'].flatMap((party) => mediaAfter(exchange, party, held.atMs + 500))
          return must(late.length === 0, `${late.length} packets after the hold`, exchange.sent('held'), held)
        },
      },
      {
        statement: '3261-15.1.2-5',
        title: 'A request that is open when BYE comes gets a final response.',
        judge: (exchange) =>
          must(
            exchange.status('overtaken') !== 0,
            'it is never answered',
            exchange.sent('overtaken'),
            exchange.final('bye'),
          ),
      },
    ],
  }),
  defineProbe({
    id: 'offers/long-silence',
    element: 'uas',
    title: 'OPTIONS in a call after 40 s of silence',
    needs: ['slow'],
    limitMs: 60_000,
    async stimulate(stage) {
      const { caller, leg } = await callTarget(stage)
      stage.send(caller, leg.request('ACK'), 'ack')
      await stage.wait(40_000)
      await stage.ask(caller, leg.request('OPTIONS'), 'later')
    },
    expectations: [
      {
        statement: '3261-12.1.1-6',
        title: 'The state of a dialog is kept as long as the dialog.',
        judge: answered('later', { accept: (status) => status !== 481, expected: 'anything else' }),
      },
    ],
  }),
]
