// SRTP figures of the native part, of node:crypto and of werift: `node bench/micro/srtp.js [packets]` after
// `npm run build`. With `--soak [packets [suite]]`: so many packets of each suite that werift knows, or of one, pass between both, across
// rollovers.
import { createRequire } from 'node:module'
import { writeRtpHeader } from '../../dist/media/rtp/rtp-header.js'
import { nodeSrtpEngine, srtpEngine } from '../../dist/media/srtp/srtp-engine.js'
import { srtpSuites } from '../../dist/model/srtp.js'

const { RtpHeader, SrtpSession } = createRequire(import.meta.url)('werift')

/** 20 ms of G.711. */
const packetBytes = 172
const rounds = 5
const soak = process.argv[2] === '--soak'
const packets = Number(process.argv[soak ? 3 : 2] ?? (soak ? 10_000_000 : 40_000))

function keysOf(suite) {
  const { keyBytes, saltBytes } = srtpSuites[suite]
  return { suite, masterKey: Buffer.alloc(keyBytes, 0x5a), masterSalt: Buffer.alloc(saltBytes, 0xa5) }
}

function weriftSession({ suite, masterKey, masterSalt }) {
  const { dtlsProfile } = srtpSuites[suite]
  const keys = {
    localMasterKey: masterKey,
    localMasterSalt: masterSalt,
    remoteMasterKey: masterKey,
    remoteMasterSalt: masterSalt,
  }
  return new SrtpSession({ keys, profile: dtlsProfile })
}

const isKnownToWerift = (suite) => [1, 7].includes(srtpSuites[suite].dtlsProfile)

/** The packet with that number within the stream, written into the same bytes. */
function number(packet, i) {
  writeRtpHeader(packet, 0, false, i & 0xffff, (i * 160) >>> 0, 0x1234_5678)
  return packet
}

const weriftProtect = (session, packet) => {
  const header = RtpHeader.deSerialize(packet)
  return session.encrypt(packet.subarray(header.payloadOffset), header)
}

/** CPU time of a run in microseconds a packet. */
function timeEach(run) {
  const start = process.cpuUsage()
  for (let i = 0; i < packets; i++) run(i)
  const used = process.cpuUsage(start)
  return (used.user + used.system) / packets
}

/** CPU to send and to receive `packets` packets with one of our engines. */
function measureOwn(engine, suite) {
  const keys = keysOf(suite)
  const packet = Buffer.alloc(packetBytes, 0x55)
  const into = Buffer.alloc(packetBytes + 64)
  const sender = engine.newSender(keys)
  const send = timeEach((i) => sender.protectRtp(number(packet, i), packetBytes, into))
  const wires = wiresOf(engine, suite)
  const receiver = engine.newReceiver(keys)
  const receive = timeEach((i) => {
    const length = receiver.unprotectRtp(wires[i], wires[i])
    if (length !== packetBytes) throw new Error(`packet ${i}: ${length}`)
  })
  return { send, receive }
}

function wiresOf(engine, suite) {
  const packet = Buffer.alloc(packetBytes, 0x55)
  const into = Buffer.alloc(packetBytes + 64)
  const sender = engine.newSender(keysOf(suite))
  return Array.from({ length: packets }, (_, i) =>
    Buffer.from(into.subarray(0, sender.protectRtp(number(packet, i), packetBytes, into))),
  )
}

function measureWerift(suite) {
  const packet = Buffer.alloc(packetBytes, 0x55)
  const session = weriftSession(keysOf(suite))
  const wires = wiresOf(srtpEngine, suite)
  const send = timeEach((i) => weriftProtect(session, number(packet, i)))
  const receive = timeEach((i) => session.decrypt(wires[i]))
  return { send, receive }
}

/** What is measured, each in every round. */
const contestants = {
  ...(srtpEngine.kind === 'native' ? { native: (suite) => measureOwn(srtpEngine, suite) } : {}),
  'node:crypto': (suite) => measureOwn(nodeSrtpEngine, suite),
  werift: (suite) => (isKnownToWerift(suite) ? measureWerift(suite) : undefined),
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

/** The first is compared with each of the others, round by round. */
function printFigures(suite) {
  const names = Object.keys(contestants)
  const all = Array.from({ length: rounds }, () => names.map((name) => contestants[name](suite)))
  const texts = names.map((name, which) => {
    if (all[0][which] === undefined) return `${name} has no such suite`
    const of = (part) => median(all.map((round) => round[which][part])).toFixed(2)
    const ratio = (part) => median(all.map((round) => round[which][part] / round[0][part])).toFixed(1)
    const compared = which === 0 ? '' : ` (${ratio('send')} and ${ratio('receive')} times ${names[0]})`
    return `${name} ${of('send')} and ${of('receive')}${compared}`
  })
  console.log(`  ${suite}: ${texts.join('; ')}`)
}

/** Every packet goes from us to werift and, of the next number, from werift to us; any difference ends the program. */
function passAcross(suite) {
  const keys = keysOf(suite)
  const sender = srtpEngine.newSender(keys)
  const receiver = srtpEngine.newReceiver(keys)
  const there = weriftSession(keys)
  const back = weriftSession(keys)
  const packet = Buffer.alloc(packetBytes, 0x55)
  const into = Buffer.alloc(packetBytes + 64)
  for (let i = 0; i < packets / 2; i++) {
    packet.writeUInt32BE(i, 12)
    const length = sender.protectRtp(number(packet, i), packetBytes, into)
    if (!there.decrypt(Buffer.from(into.subarray(0, length))).equals(packet)) throw new Error(`werift reads ${i} wrong`)
    const plain = receiver.unprotectRtp(weriftProtect(back, packet), into)
    if (plain !== packetBytes || !into.subarray(0, plain).equals(packet))
      throw new Error(`we read ${i} wrong: ${plain}`)
    packet.fill((i * 31) & 0xff, 16)
  }
  console.log(`  ${suite}: ${packets} packets, ${Math.floor(packets / 2 / 65_536)} rollovers each way, none differs`)
}

if (soak) {
  console.log(`srtp: packets that passed between ours (${srtpEngine.kind}) and werift`)
  const wanted = process.argv[4] === undefined ? Object.keys(srtpSuites) : [process.argv[4]]
  for (const suite of wanted) if (isKnownToWerift(suite)) passAcross(suite)
} else {
  if (srtpEngine.kind !== 'native') console.log(`srtp: no native part: ${srtpEngine.reason}`)
  console.log(
    `srtp: CPU to protect and to unprotect a packet of ${packetBytes} bytes, microseconds, median of ${rounds} rounds of ${packets}`,
  )
  for (const suite of Object.keys(srtpSuites)) printFigures(suite)
}
process.exit(0)
