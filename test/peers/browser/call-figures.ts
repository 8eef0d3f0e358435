import type { CallFigures, DirectionFigures, InboundFigures } from './figures.js'

/** A report of getStats; TypeScript knows only the members that all kinds share. */
type Row = Readonly<Record<string, unknown>>

const number = (row: Row, name: string): number => (typeof row[name] === 'number' ? row[name] : 0)
const text = (row: Row | undefined, name: string): string => (typeof row?.[name] === 'string' ? row[name] : '')

/** Reads what getStats says of the audio of a connection. */
export function readFigures(report: RTCStatsReport): CallFigures {
  const rows = new Map<string, Row>()
  for (const [id, row] of report as unknown as Iterable<[string, Row]>) rows.set(id, row)
  const ofType = (type: string): Row | undefined => [...rows.values()].find((row) => row.type === type)
  const named = (row: Row | undefined, name: string): Row | undefined => rows.get(text(row, name))
  const direction = (row: Row, packets: string, bytes: string): DirectionFigures => ({
    ssrc: number(row, 'ssrc'),
    packets: number(row, packets),
    bytes: number(row, bytes),
    codec: text(named(row, 'codecId'), 'mimeType'),
  })
  const received = ofType('inbound-rtp')
  const sent = ofType('outbound-rtp')
  const transport = ofType('transport')
  const pair = named(transport, 'selectedCandidatePairId')
  const candidate = (row: Row | undefined): string =>
    row === undefined ? '' : `${text(row, 'candidateType')} ${text(row, 'protocol')} ${text(row, 'address')}`
  return {
    inbound: received && inboundOf(received, direction(received, 'packetsReceived', 'bytesReceived')),
    outbound: sent && direction(sent, 'packetsSent', 'bytesSent'),
    dtlsState: text(transport, 'dtlsState'),
    srtpCipher: text(transport, 'srtpCipher'),
    localCandidate: candidate(named(pair, 'localCandidateId')),
    remoteCandidate: candidate(named(pair, 'remoteCandidateId')),
  }
}

function inboundOf(row: Row, direction: DirectionFigures): InboundFigures {
  const invented = number(row, 'concealedSamples') - number(row, 'silentConcealedSamples')
  return {
    ...direction,
    lost: number(row, 'packetsLost'),
    jitterMs: number(row, 'jitter') * 1000,
    concealed: invented / Math.max(1, number(row, 'totalSamplesReceived')),
    audioLevel: number(row, 'audioLevel'),
    energy: number(row, 'totalAudioEnergy'),
  }
}
