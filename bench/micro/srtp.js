// SRTP figures against werift's own path: `node bench/micro/srtp.js [packets]` after `npm run build`.
// With `--soak [packets [suite]]`: so many packets of each suite that werift knows, or of one, pass between both, across
// rollovers.
import { createRequire } from 'node:module'
import { writeRtpHeader } from '../../dist/media/rtp/rtp-header.js'
import { SrtpReceiver } from '../../dist/media/srtp/srtp-receiver.js'
import { SrtpSender } from '../../dist/media/srtp/srtp-sender.js'
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

/** One round: CPU to send and to receive `packets` packets, ours and werift's where it knows the suite. */
function measure(suite) {
  const keys = keysOf(suite)
  const packet = Buffer.alloc(packetBytes, 0x55)
  const into = Buffer.alloc(packetBytes + 64)
  const sender = new SrtpSender(keys)
  const ownSend = timeEach((i) => sender.protectRtp(number(packet, i), packetBytes, into))
  const wires = []
  const copier = new SrtpSender(keys)
  for (let i = 0; i < packets; i++) {
    wires[i] = Buffer.from(into.subarray(0, copier.protectRtp(number(packet, i), packetBytes, into)))
  }
  const receiver = new SrtpReceiver(keys)
  const ownReceive = timeEach((i) => {
    const length = receiver.unprotectRtp(wires[i], into)
    if (length !== packetBytes) throw new Error(`packet ${i}: ${length}`)
  })
  if (!isKnownToWerift(suite)) return { ownSend, ownReceive }
  const session = weriftSession(keys)
  const weriftSend = timeEach((i) => weriftProtect(session, number(packet, i)))
  const weriftReceive = timeEach((i) => session.decrypt(wires[i]))
  return { ownSend, ownReceive, weriftSend, weriftReceive }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

function printFigures(suite) {
  const all = Array.from({ length: rounds }, () => measure(suite))
  const of = (name) => median(all.map((figures) => figures[name]))
  const ratio = (own, peer) => median(all.map((figures) => figures[own] / figures[peer])).toFixed(2)
  const compared = isKnownToWerift(suite)
    ? `; werift ${of('weriftSend').toFixed(1)} and ${of('weriftReceive').toFixed(1)}: ` +
      `ours is ${ratio('ownSend', 'weriftSend')} and ${ratio('ownReceive', 'weriftReceive')} of it`
    : ''
  console.log(`  ${suite}: send ${of('ownSend').toFixed(2)} us, receive ${of('ownReceive').toFixed(2)} us${compared}`)
}

/** Every packet goes from us to werift and, of the next number, from werift to us; any difference ends the program. */
function passAcross(suite) {
  const keys = keysOf(suite)
  const sender = new SrtpSender(keys)
  const receiver = new SrtpReceiver(keys)
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
  console.log('srtp: packets that passed between ours and werift')
  const wanted = process.argv[4] === undefined ? Object.keys(srtpSuites) : [process.argv[4]]
  for (const suite of wanted) if (isKnownToWerift(suite)) passAcross(suite)
} else {
  console.log(`srtp: CPU per packet of ${packetBytes} bytes, median of ${rounds} rounds of ${packets}`)
  for (const suite of Object.keys(srtpSuites)) printFigures(suite)
}
process.exit(0)
