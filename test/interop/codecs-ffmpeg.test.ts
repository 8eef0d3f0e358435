import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import wavefile from 'wavefile'
import { WheelClock } from '../../src/base/wheel-clock.js'
import { codecs } from '../../src/media/codec/registry.js'
import { heardAudio } from '../../src/media/recording/heard-audio.js'
import { speechSamples } from '../../src/media/source/speech.js'
import type { StreamSpec } from '../../src/media/stream-port.js'
import { newStreamPort } from '../../src/media/stream-ports.js'
import type { CodecName } from '../../src/model/codec.js'
import { createOffer } from '../../src/sdp/offer.js'
import { amplitudeAt, tone } from '../media/codec/signal.js'
import { freePortRange } from '../peers/free-port.js'
import { startPeer } from '../peers/peer.js'
import { describeWithPeers, requirePeer } from '../peers/require-peer.js'
import { temporaryFolder } from '../peers/temporary-folder.js'

const clock = new WheelClock()
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const toneHz = 440

/** Encoders of ffmpeg; its decoders of G.711, G.722 and Opus are none of ours, nor libopus. */
const spoken = [
  ['PCMU', 'pcm_mulaw', 20],
  ['PCMA', 'pcm_alaw', 30],
  ['G722', 'g722', 20],
  ['opus', 'libopus', 20],
  ['opus', 'libopus', 60],
] as const

async function openPort() {
  const firstPort = await freePortRange(4)
  const recording = { longestMs: 10_000, mostBytes: 10_000_000 }
  return newStreamPort({ clock, ports: { firstPort, lastPort: firstPort + 3 }, rtcpIntervalMs: 0, recording })
}

const specOf = (codec: CodecName, ptimeMs: number, change: Partial<StreamSpec>): StreamSpec => ({
  localHost: '127.0.0.1',
  direction: 'test',
  codec,
  payloadType: codecs[codec].payloadType,
  ptimeMs,
  source: { kind: 'silence' },
  ssrc: 7,
  cname: 'test',
  sending: true,
  startMs: 0,
  ...change,
})

function toneFile(folder: string, rate: number): string {
  const wav = new wavefile.WaveFile()
  wav.fromScratch(1, rate, '16', tone(rate, toneHz, 2))
  const file = join(folder, 'tone.wav')
  writeFileSync(file, wav.toBuffer())
  return file
}

/** What one m= line of ours tells ffmpeg to receive. */
const descriptionOf = (codec: CodecName, port: number, ptimeMs: number) =>
  createOffer({
    kind: 'rtp',
    address: '127.0.0.1',
    port,
    codecs: [codecs[codec]],
    spoken: [],
    answerOrder: 'offer',
    crypto: [],
    comfortNoise: undefined,
    telephoneEvents: [],
    ptimeMs,
    direction: 'sendrecv',
    sessionId: '1',
    version: 1,
  })

const samplesOf = (bytes: Buffer) => new Int16Array(bytes.buffer.slice(bytes.byteOffset), 0, bytes.length >> 1)

/** The tone alone, in most windows of 100 ms: packets that a busy machine sends late or leaves out cost only theirs. */
function expectTone(samples: Int16Array, rate: number): void {
  const length = rate / 10
  const windows = Array.from({ length: Math.floor(samples.length / length) }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length),
  ).filter((window) => window.some((sample) => Math.abs(sample) > 1000))
  expect(windows.length).toBeGreaterThan(10)
  const amplitudes = windows.map((window) => amplitudeAt(window, rate, toneHz))
  expect(median(amplitudes)).toBeGreaterThan(7500)
  expect(median(amplitudes)).toBeLessThan(8500)
  const ratios = windows.map((window, index) => {
    const power = window.reduce((sum, value) => sum + value * value, 0) / window.length
    return 10 * Math.log10(power / Math.max(power - (amplitudes[index] ?? 0) ** 2 / 2, 1))
  })
  expect(median(ratios)).toBeGreaterThan(20)
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

describeWithPeers(['ffmpeg'], 'ffmpeg', () => {
  const ffmpeg = () => requirePeer('ffmpeg')

  it.each(spoken)('decodes our stream of %s', async (codec, _encoder, ptimeMs) => {
    const folder = temporaryFolder()
    const rate = codecs[codec].coder?.sampleRate ?? 0
    const far = await freePortRange(2)
    writeFileSync(join(folder, 'in.sdp'), descriptionOf(codec, far, ptimeMs))
    const port = await openPort()
    const decoding = ['-acodec', codec === 'opus' ? 'opus' : (spoken.find(([name]) => name === codec)?.[1] ?? '')]
    const heard = join(folder, 'heard.raw')
    const peer = await startPeer({
      command: ffmpeg(),
      args: [
        ...['-loglevel', 'error', '-protocol_whitelist', 'file,udp,rtp', ...decoding, '-i', join(folder, 'in.sdp')],
        ...['-t', '2', '-f', 's16le', '-ar', String(rate), '-ac', '1', '-y', heard],
      ],
    })
    await sleep(700)
    const remote = { host: '127.0.0.1', port: far }
    const source = { kind: 'wav', file: toneFile(folder, rate) } as const
    expect((await port.open(specOf(codec, ptimeMs, { remote, source }))).kind).toBe('opened')
    expect((await peer.exit).code, peer.output()).toBe(0)
    await port.close()
    expectTone(samplesOf(readFileSync(heard)), rate)
  })

  it.each(spoken)('sends a stream of %s that we decode, without loss or jitter', async (codec, encoder, ptimeMs) => {
    const port = await openPort()
    const opened = await port.open(specOf(codec, 20, { sending: false }))
    if (opened.kind !== 'opened') throw new Error(opened.text)
    const rate = codecs[codec].coder?.sampleRate ?? 0
    const packets = codec === 'opus' ? ['-frame_duration', String(ptimeMs), '-b:a', '32k'] : []
    const bytes = codec === 'opus' ? 1472 : ptimeMs * 8 + 12
    const peer = await startPeer({
      command: ffmpeg(),
      args: [
        ...['-loglevel', 'error', '-re', '-f', 'lavfi', '-i', `aevalsrc=0.25*sin(2*PI*${toneHz}*t):s=${rate}:d=2.5`],
        ...['-ac', '1', '-acodec', encoder, ...packets, '-payload_type', String(codecs[codec].payloadType)],
        ...['-f', 'rtp', `rtp://127.0.0.1:${opened.local.port}?pkt_size=${bytes}`],
      ],
    })
    expect((await peer.exit).code, peer.output()).toBe(0)
    const report = port.remove(opened.handle)
    await port.close()
    expect(report.packetsReceived).toBeGreaterThan(1800 / ptimeMs)
    expect(report).toMatchObject({ packetsLost: 0, packetsReordered: 0 })
    const audio = heardAudio(report.recorded ?? [], report.firstPacketMs ?? 0)
    if (!audio) throw new Error('nothing was heard')
    expect(audio.sampleRate).toBe(rate)
    expectTone(audio.samples, rate)
  })

  it('decodes our G.722 of speech bit by bit as we do', () => {
    const { coder } = codecs.G722
    const speech = speechSamples(16_000)
    const bytes = new Uint8Array(speech.length / 2)
    coder?.newEncoder(20).encode(speech, bytes)
    const ours = new Int16Array(speech.length)
    coder?.newDecoder().decode(bytes, ours)
    const args = ['-loglevel', 'error', '-f', 'g722', '-i', '-', '-f', 's16le', '-']
    const { stdout, stderr } = spawnSync(ffmpeg(), args, { input: bytes, maxBuffer: 10_000_000 })
    expect(Buffer.compare(stdout, Buffer.from(ours.buffer)), stderr.toString()).toBe(0)
  })

  it('encodes G.722 that we decode bit by bit as it does', () => {
    const speech = speechSamples(16_000)
    const run = (args: readonly string[], input: Uint8Array) =>
      spawnSync(ffmpeg(), ['-loglevel', 'error', ...args, '-'], { input, maxBuffer: 10_000_000 }).stdout
    const pcm = ['-f', 's16le', '-ar', '16000', '-ac', '1', '-i', '-']
    const encoded = run([...pcm, '-acodec', 'g722', '-f', 'g722'], new Uint8Array(speech.buffer))
    const theirs = run(['-f', 'g722', '-i', '-', '-f', 's16le'], encoded)
    const ours = new Int16Array(encoded.length * 2)
    codecs.G722.coder?.newDecoder().decode(encoded, ours)
    expect(encoded.length).toBeGreaterThan(100_000)
    expect(Buffer.compare(theirs, Buffer.from(ours.buffer))).toBe(0)
  })
})
