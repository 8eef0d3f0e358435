// What listening costs: `node bench/micro/mark.js` after `npm run build`.
import { Rng } from '../../dist/base/rng.js'
import { codecs } from '../../dist/media/codec/registry.js'
import { Listener } from '../../dist/media/mark/listener.js'
import { markAlphabet } from '../../dist/media/mark/mark-alphabet.js'
import { Speaker } from '../../dist/media/mark/speaker.js'
import { openSpokenTrack } from '../../dist/media/mark/spoken-track.js'
import { PayloadTypes } from '../../dist/media/rtp/payload-types.js'
import { writeRtpHeader } from '../../dist/media/rtp/rtp-header.js'

const packets = 20_000
const ptimeMs = 20
const source = { kind: 'speech' }

/** CPU time in microseconds: other programs on the machine do not count. */
function cpuOf(run) {
  const start = process.cpuUsage()
  run()
  const used = process.cpuUsage(start)
  return used.user + used.system
}

function rtp(codec, index, payload) {
  const { payloadType, clockRate } = codecs[codec]
  const bytes = new Uint8Array(12 + payload.length)
  writeRtpHeader(bytes, payloadType, false, index & 0xffff, (index * ptimeMs * clockRate) / 1000, 1)
  bytes.set(payload, 12)
  return bytes
}

for (const codec of ['PCMU', 'G722', 'opus']) {
  const { payloadType, clockRate, coder } = codecs[codec]
  const alphabetMs = cpuOf(() => markAlphabet(codec, ptimeMs)) / 1000
  const track = openSpokenTrack(source, codec, ptimeMs, new Rng(1, 'bench'), new Speaker(1, 0))
  const payloads = Array.from({ length: packets }, (_, i) => track.next(i * ptimeMs).slice())
  const sending = cpuOf(() => {
    for (let i = 0; i < packets; i++) track.next(i * ptimeMs)
  })
  const decoder = coder.newDecoder(coder.decodedRates.includes(8000) ? 8000 : 16_000)
  const samples = new Int16Array(5760)
  const decoding = cpuOf(() => {
    for (const payload of payloads) decoder.decode(payload, samples)
  })
  const received = payloads.map((payload, index) => rtp(codec, index, payload))
  const types = new PayloadTypes([{ payloadType, encoding: codec, clockRate }], clockRate)
  const listener = new Listener(types, 0, 1)
  const listening = cpuOf(() => {
    for (const [index, bytes] of received.entries()) listener.receive(bytes, index * ptimeMs)
  })
  const each = (cpu) => (cpu / packets).toFixed(2)
  console.log(
    `mark, ${codec}: listening ${each(listening)} us of CPU a packet, of it decoding ${each(decoding)} us; ` +
      `sending from the track ${each(sending)} us; tones encoded once in ${alphabetMs.toFixed(0)} ms`,
  )
}
