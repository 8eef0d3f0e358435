import { createSocket } from 'node:dgram'
import { beforeAll, expect, it } from 'vitest'
import { ntpFraction, ntpSeconds } from '../../src/media/rtcp/rtcp-packet.js'
import { writeCompound } from '../../src/media/rtcp/rtcp-writer.js'
import type { VoipMetrics } from '../../src/model/voip-metrics.js'
import { capture, tsharkFields } from '../peers/capture.js'
import { freePortRange } from '../peers/free-port.js'
import { describeWithPeers } from '../peers/require-peer.js'

const wallMs = 1_700_000_000_250

/** Those of RFC 3611 4.7.2, by its formulas, and others that fill every field. */
const metrics: VoipMetrics = {
  lossRate: 3 / 64,
  discardRate: 5 / 64,
  burstDensity: 4 / 12,
  gapDensity: 2 / 52,
  burstMs: 120,
  gapMs: 260,
  roundTripMs: 201,
  endSystemDelayMs: 142,
  signalLevelDb: -18,
  noiseLevelDb: -60,
  rerlDb: 45,
  gmin: 16,
  rFactor: 85,
  externalRFactor: 94,
  mosLq: 4.2,
  mosCq: 3.9,
  concealment: 'enhanced',
  jitterBuffer: 'adaptive',
  jitterBufferRate: 5,
  jitterBufferNominalMs: 61,
  jitterBufferMaxMs: 83,
  jitterBufferAbsMaxMs: 200,
}

const sender = { wallMs, rtpTimestamp: 0xfedc_ba98, packets: 1000, octets: 160_000 }
const reception = {
  ssrc: 0xaabb_ccdd,
  fractionLost: 64,
  cumulativeLost: -3,
  highestSequence: 0x0001_ffff,
  jitterUnits: 17,
  lsr: 0x1234_5678,
  dlsr: 0x0001_0000,
}

async function recordPackets(packets: readonly Uint8Array[]) {
  const port = await freePortRange(2)
  const recording = await capture('lo', `udp port ${port}`)
  const socket = createSocket('udp4')
  for (const packet of packets) {
    await new Promise<void>((resolve) => socket.send(packet, port, '127.0.0.1', () => resolve()))
  }
  socket.close()
  await recording.stop()
  return { file: recording.file, decode: ['-d', `udp.port==${port},rtcp`] }
}

describeWithPeers(['tcpdump', 'tshark'], 'RTCP as tshark reads it', () => {
  let run: Awaited<ReturnType<typeof recordPackets>>
  beforeAll(async () => {
    const extended = {
      referenceWallMs: wallMs,
      delaySinceReference: { ssrc: 9, lrr: 0x1234_5678, dlrr: 98_304 },
      voip: { ssrc: 0xaabb_ccdd, metrics },
    }
    const silentMetrics: VoipMetrics = {
      ...metrics,
      signalLevelDb: undefined,
      rFactor: undefined,
      mosLq: undefined,
      mosCq: undefined,
      concealment: 'disabled',
      jitterBuffer: 'fixed',
    }
    run = await recordPackets([
      writeCompound(7, 'alice@host', sender, reception, true, extended),
      writeCompound(8, 'bob@host', undefined, reception, false, {
        voip: { ssrc: 0xaabb_ccdd, metrics: silentMetrics },
      }),
    ])
  })

  /** Fields by their names, each packet's values in order. */
  async function valuesOf(frame: number, fields: readonly string[]) {
    const [row = []] = await tsharkFields(run.file, `frame.number == ${frame}`, fields, run.decode)
    return Object.fromEntries(
      fields.map((name, index) => [name.replace(/^rtcp\.(xr\.voipmetrics\.)?/, ''), row[index]]),
    )
  }

  it('has nothing to complain of', async () => {
    expect(await tsharkFields(run.file, 'rtcp && (_ws.malformed || _ws.expert)', ['frame.number'], run.decode)).toEqual(
      [],
    )
    expect(await tsharkFields(run.file, 'rtcp', ['rtcp.pt'], run.decode)).toEqual([
      ['200,202,207,203'],
      ['201,202,207'],
    ])
  })

  it('finds the sender report and its block field by field', async () => {
    const fields = [
      'timestamp.ntp.msw',
      'timestamp.ntp.lsw',
      'timestamp.rtp',
      'sender.packetcount',
      'sender.octetcount',
    ]
    const block = ['fraction', 'cum_nr', 'ext_high', 'jitter', 'lsr', 'dlsr'].map((name) => `ssrc.${name}`)
    const values = await valuesOf(
      1,
      [...fields, ...block].map((name) => `rtcp.${name}`),
    )
    // Loss rates of XR bear the names of a block's fraction: they follow it.
    expect(values).toEqual({
      'timestamp.ntp.msw': String(ntpSeconds(wallMs)),
      'timestamp.ntp.lsw': String(ntpFraction(wallMs)),
      'timestamp.rtp': String(0xfedc_ba98),
      'sender.packetcount': '1000',
      'sender.octetcount': '160000',
      'ssrc.fraction': '64,12',
      'ssrc.cum_nr': '-3',
      'ssrc.ext_high': String(0x0001_ffff),
      'ssrc.jitter': '17',
      'ssrc.lsr': String(0x1234_5678),
      'ssrc.dlsr': '65536',
    })
  })

  it('finds the blocks of XR by type and length, the reference time and its answer', async () => {
    expect(await valuesOf(1, ['rtcp.xr.bt', 'rtcp.xr.bl', 'rtcp.xr.lrr', 'rtcp.xr.dlrr'])).toEqual({
      'xr.bt': '4,5,7',
      'xr.bl': '2,3,8',
      'xr.lrr': String(0x1234_5678),
      'xr.dlrr': '98304',
    })
  })

  const names =
    'burstdensity gapdensity burstduration gapduration rtdelay esdelay signallevel noiselevel rerl gmin rfactor extrfactor moslq moscq plc jba jbrate jbnominal jbmax jbabsmax'
  const voipFields = names.split(' ').map((name) => `rtcp.xr.voipmetrics.${name}`)

  it('finds every field of the VoIP metrics (RFC 3611 4.7)', async () => {
    expect(await valuesOf(1, ['rtcp.ssrc.discarded', ...voipFields])).toEqual({
      'ssrc.discarded': '20',
      burstdensity: '85',
      gapdensity: '9',
      burstduration: '120',
      gapduration: '260',
      rtdelay: '201',
      esdelay: '142',
      signallevel: '-18',
      noiselevel: '-60',
      rerl: '45',
      gmin: '16',
      rfactor: '85',
      extrfactor: '94',
      moslq: '4.2',
      moscq: '3.9',
      plc: '2',
      jba: '3',
      jbrate: '5',
      jbnominal: '61',
      jbmax: '83',
      jbabsmax: '200',
    })
  })

  it('finds 127 where a value is not available', async () => {
    expect(await valuesOf(2, voipFields)).toMatchObject({
      signallevel: '127',
      rfactor: '127',
      moslq: '127',
      moscq: '127',
      plc: '1',
      jba: '2',
    })
  })
})
