import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import wavefile from 'wavefile'
import { rtpPacket } from '../media/packet.js'
import { expectPass, readResult, run, temporaryFolder, writeScenario } from './program.js'

/** Calls between two groups whose codecs overlap in one. */
const scenario = (codec: string, ptime: string, more: string, callerCodecs = `[${codec}]`) => `version: 1
agents:
  caller: { count: 2, identity: "sip:\${100 + n}@lab.test", password: "p\${100 + n}", codecs: ${callerCodecs}, ptime: ${ptime} }
  callee: { count: 2, identity: "sip:\${200 + n}@lab.test", password: "p\${200 + n}", codecs: [${codec}], ptime: ${ptime} }
flows:
  talk: [{ call: { from: caller, to: callee } }, { dtmf: "12#" }, talk 1s, hang up]
load: { rate: 2/s, calls: 2 }
${more}
`

/** A pcap file (LINKTYPE_RAW) of 20 packets of PCMA of 30 ms, each of one level. */
function captureOfPcma(): Buffer {
  const file = Buffer.alloc(24)
  file.writeUInt32LE(0xa1b2c3d4, 0)
  file.writeUInt16LE(2, 4)
  file.writeUInt16LE(4, 6)
  file.writeUInt32LE(65_535, 16)
  file.writeUInt32LE(101, 20)
  const packets = Array.from({ length: 20 }, (_, index) => {
    const rtp = rtpPacket(
      { sequence: index, timestamp: index * 240, payloadType: 8, ssrc: 5 },
      new Uint8Array(240).fill(0xd5 ^ (index * 4)),
    )
    const ip = Buffer.alloc(28)
    ip.set([0x45, 0, 0, 0, 0, index, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2])
    ip.writeUInt16BE(28 + rtp.length, 2)
    ip.writeUInt16BE(4000, 20)
    ip.writeUInt16BE(5000, 22)
    ip.writeUInt16BE(8 + rtp.length, 24)
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1_700_000_000, 0)
    record.writeUInt32LE(index * 30_000, 4)
    record.writeUInt32LE(28 + rtp.length, 8)
    record.writeUInt32LE(28 + rtp.length, 12)
    return Buffer.concat([record, ip, rtp])
  })
  return Buffer.concat([file, ...packets])
}

interface Recording {
  readonly rate: number
  readonly channels: readonly Float64Array[]
}

function readRecording(file: string): Recording {
  const wav = new wavefile.WaveFile(readFileSync(file))
  return {
    rate: (wav.fmt as { sampleRate: number }).sampleRate,
    channels: wav.getSamples(false) as unknown as Float64Array[],
  }
}

const levelOf = (samples: Float64Array) =>
  20 * Math.log10(Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length) / 32_768)

describe('calls', () => {
  it.each([
    ['opus', '20ms', 48_000, '[opus, pcmu]'],
    ['opus', '30ms', 48_000, '[opus]'],
    ['g722', '20ms', 16_000, '[opus, g722, pcma]'],
    ['pcma', '60ms', 8000, '[pcmu, pcma]'],
  ])('with %s in packets of %s carry audio and DTMF, and are recorded', async (codec, ptime, rate, offered) => {
    const out = temporaryFolder()
    const more = 'record: { calls: sampled }\nexpect: [session.ser == 100%, media.loss == 0%]'
    const ended = await run(['run', writeScenario(scenario(codec, ptime, more, offered)), '--out', out])
    expect([0, 3], ended.err).toContain(ended.code)
    const result = readResult(out)
    expectPass(ended, result)
    expect(result.calls).toMatchObject({ attempted: 2, completed: 2 })
    const streams = result.samples.flatMap((sample) => sample.streams ?? [])
    expect(streams.map((stream) => stream.codec.toLowerCase())).toEqual(Array(4).fill(codec))
    expect(result.samples.map((sample) => sample.recording).sort()).toEqual([
      'recordings/call-0.wav',
      'recordings/call-1.wav',
    ])
    for (const sample of result.samples) {
      const { rate: written, channels } = readRecording(join(out, sample.recording ?? ''))
      expect(written).toBe(rate)
      expect(channels.length).toBe(2)
      for (const channel of channels) {
        expect(channel.length / rate).toBeGreaterThan(0.9)
        expect(levelOf(channel)).toBeGreaterThan(-32)
      }
    }
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<audio controls preload="none" src="recordings/')
  })

  it('are recorded only when they fail, where that is asked for', async () => {
    const out = temporaryFolder()
    const text = scenario('pcmu', '20ms', 'record: { calls: failed, longest: 500ms }').replace(
      'talk 1s, hang up]',
      'talk 800ms, { if: { when: "${call} == 1", do: [fail for once] } }, hang up]',
    )
    const ended = await run(['run', writeScenario(text), '--out', out])
    const samples = readResult(out).samples
    expect(samples.length, ended.err).toBe(2)
    const byCall = new Map(samples.map((sample) => [sample.call, sample.recording]))
    expect([byCall.get(0), byCall.get(1)]).toEqual([null, 'recordings/call-1.wav'])
    expect(readdirSync(join(out, 'recordings'))).toEqual(['call-1.wav'])
    const { channels } = readRecording(join(out, 'recordings/call-1.wav'))
    expect(channels[0]?.length).toBeLessThan(8000 * 0.6)
  })

  it('send G.729 from prepared frames, judged by packets', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'prompt.g729'), new Uint8Array(500).fill(7))
    const more = 'record: { calls: sampled }\nexpect: [session.ser == 100%, media.loss == 0%]'
    const text = scenario('g729', '20ms', more, '[g729, pcmu]').replaceAll(
      'ptime: 20ms',
      'ptime: 20ms, audio: [prompt.g729, speech]',
    )
    const out = temporaryFolder()
    const ended = await run(['run', writeScenario(text, folder), '--out', out])
    const result = readResult(out)
    expectPass(ended, result)
    const streams = result.samples.flatMap((sample) => sample.streams ?? [])
    expect(streams.map(({ codec }) => codec)).toEqual(Array(4).fill('G729'))
    for (const { packetsReceived } of streams) expect(packetsReceived).toBeGreaterThan(30)
    expect(result.samples.map((sample) => sample.recording)).toEqual([null, null])
  })

  it('send the stream of a capture again, with its codec and its packet time', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'call.pcap'), captureOfPcma())
    const more = 'record: { calls: sampled }\nexpect: [session.ser == 100%, media.loss == 0%]'
    const text = scenario('pcma', '20ms', more).replaceAll('ptime: 20ms', 'ptime: 20ms, audio: call.pcap')
    const out = temporaryFolder()
    const ended = await run(['run', writeScenario(text, folder), '--out', out])
    const result = readResult(out)
    expectPass(ended, result)
    const [sample] = result.samples
    const { channels } = readRecording(join(out, sample?.recording ?? ''))
    // The capture holds a rising staircase of levels, which the recording then holds as well.
    expect(new Set(channels[0]).size).toBeGreaterThan(10)
    expect(new Set(channels[0]).size).toBeLessThan(25)
  })

  it('with a capture of another codec are refused before anything is sent', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'call.pcap'), captureOfPcma())
    const text = scenario('pcmu', '20ms', '').replaceAll('ptime: 20ms', 'ptime: 20ms, audio: call.pcap')
    const ended = await run(['run', writeScenario(text, folder)])
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('call.pcap holds PCMA, and PCMU was agreed')
  })

  it('leave no recordings when none are asked for', async () => {
    const out = temporaryFolder()
    const ended = await run(['run', writeScenario(scenario('pcmu', '20ms', '')), '--out', out])
    expect([0, 3], ended.err).toContain(ended.code)
    expect(readResult(out).samples.map((sample) => sample.recording)).toEqual([null, null])
    expect(existsSync(join(out, 'recordings'))).toBe(false)
  })
})
