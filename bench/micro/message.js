// Microseconds per message: parse and read what routing needs, render a template, frame a stream; drachtio-srf's
// parser beside it in the same run. Run after `npm run build` with: node bench/micro/message.js
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { newRecord } from '../../dist/load/call-record.js'
import { readyHistograms } from '../../dist/metrics/histogram.js'
import { Recorder } from '../../dist/metrics/recorder.js'
import { digestResponse, userKey } from '../../dist/sip/auth/digest-response.js'
import { writeResponse } from '../../dist/sip/message/response.js'
import { SipMessage } from '../../dist/sip/message/sip-message.js'
import { StreamFramer } from '../../dist/sip/message/stream-framer.js'
import { compileTemplate } from '../../dist/sip/message/template.js'
import { toWire } from '../../dist/sip/message/wire.js'

const { parseSipMessage, getParser } = createRequire(import.meta.url)('drachtio-srf/lib/sip-parser/parser.js')

const body = [
  'v=0',
  'o=- 3724394400 3724394405 IN IP4 192.0.2.10',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 49170 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n')

const template = compileTemplate(
  `INVITE sip:[callee]@gateway.lab.test:5060;transport=udp SIP/2.0
Via: SIP/2.0/UDP 192.0.2.10:5060;branch=[branch];rport
Max-Forwards: 70
From: "Load agent [caller]" <sip:[caller]@lab.test>;tag=[tag]
To: <sip:[callee]@lab.test>
Call-ID: [callId]
CSeq: [cseq] INVITE
Contact: <sip:[caller]@192.0.2.10:5060;transport=udp>
Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY
Supported: timer, 100rel, replaces, outbound
Session-Expires: 1800;refresher=uac
User-Agent: siploadgen
P-Asserted-Identity: <sip:[caller]@lab.test>
Route: <sip:edge.lab.test;lr>, <sip:core.lab.test:5062;lr>
Subject: a call that the load generator made, one of many, to see how long its set-up takes
Content-Type: application/sdp
Content-Length: [len]

[body]`,
  ['callee', 'caller', 'branch', 'tag', 'callId', 'cseq', 'body'],
)

const values = {
  callee: '1002',
  caller: '1001',
  branch: 'z9hG4bK776asdhds7a8sd',
  tag: '1928301774',
  callId: 'a84b4c76e66710@192.0.2.10',
  cseq: 314159,
  body,
}
const invite = toWire(template.render(values))
const chunk = Buffer.concat([invite, invite, invite, invite])
const request = SipMessage.parse(invite)

let sink = 0

function routing(bytes) {
  const message = SipMessage.parse(bytes)
  sink += message.fromTag.length + message.toTag.length + message.callId.length + message.cseq
  sink += message.topVia.branch.length + message.from.uri.length + message.to.uri.length
}

function drachtioRouting(bytes) {
  const message = parseSipMessage(bytes, true)
  const read = (name) => getParser(name)({ s: message.headers[name], i: 0 })
  sink += read('from').uri.length + read('to').uri.length + message.headers['call-id'].length
  sink += read('cseq').seq + read('via')[0].params.branch.length
}

const noEvents = { onMessage: (bytes) => (sink += bytes.length), onPing() {}, onPong() {}, onMalformed() {} }
const framer = new StreamFramer()

const digest = {
  choice: { algorithm: 'MD5', session: false },
  ha1: userKey({ algorithm: 'MD5', session: false }, '1000', 'lab.test', 'p1000'),
  nonce: 'ZzYSAWc2EdVkQ3kqUXhv',
  method: 'REGISTER',
  uri: 'sip:lab.test',
  qop: 'auth',
  nonceCount: '00000001',
  cnonce: '0a4f113b',
  body: undefined,
}

await readyHistograms()
const recorder = new Recorder({ warmupMs: 0 })
recorder.startLoad(0)
const call = { ...newRecord(1, 'talk', undefined, 'phone', 1), asMeant: true, outcome: 'completed', status: 200 }
const timed = {
  ...call,
  inviteMs: 1,
  provisionalMs: 2,
  finalMs: 3,
  answeredMs: 3,
  byeSentMs: 9,
  byeAnsweredMs: 10,
  endedMs: 10,
}

const cases = {
  'parse only': () => (sink += SipMessage.parse(invite).method.length),
  'parse, read From, To, Call-ID, CSeq, top Via': () => routing(invite),
  'the same with drachtio-srf': () => drachtioRouting(invite),
  'render INVITE to bytes': () => (sink += toWire(template.render(values)).length),
  'write 180 to bytes': () => (sink += toWire(writeResponse(request, 180, 'Ringing', { toTag: 'abc' })).length),
  'digest response': () => (sink += digestResponse(digest).length),
  'record a call': () => recorder.call(timed),
  'frame 4 messages in one chunk': () => framer.push(chunk, noEvents),
}

/** The best of five runs: the machine is shared, and the least disturbed run says most. */
function microseconds(run, count = 100_000) {
  for (let i = 0; i < count / 5; i++) run()
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < count; i++) run()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1000 / count)
  }
  return best
}

/** Prints a line a case and returns the numbers by name. */
export function benchMessage() {
  const results = {}
  console.log(`INVITE of ${invite.length} bytes, microseconds`)
  for (const [name, run] of Object.entries(cases)) {
    results[name] = microseconds(run)
    console.log(`${results[name].toFixed(2).padStart(8)}  ${name}`)
  }
  if (sink === 0) throw new Error('nothing was measured')
  return results
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) benchMessage()
