/**
 * The numbers of all streams as columns, one row a stream, read without a call a stream. Values that do not exist yet
 * are NaN. Columns are replaced when the table grows: read them from the table each time.
 */
export class StatisticsTable {
  capacity: number
  /** 1 while the row belongs to an open stream. */
  active: Uint32Array
  packetsSent: Uint32Array
  /** Payload octets sent (RFC 3550 6.4.1), modulo 2^32. */
  octetsSent: Uint32Array
  /** Sends left out because the process was too late for them; their timestamps are passed over. */
  sendsSkipped: Uint32Array
  /** Distinct packets received; duplicates are apart. */
  packetsReceived: Uint32Array
  /** RTP bytes of those packets with their headers, without UDP and IP. */
  bytesReceived: Uint32Array
  /** RFC 3550 A.3: extended highest sequence number less the first plus one, summed over sources. */
  packetsExpected: Uint32Array
  packetsReordered: Uint32Array
  packetsDuplicated: Uint32Array
  packetsLostAtStart: Uint32Array
  /** Audio received that the modelled jitter buffer would not have played. */
  packetsDiscarded: Uint32Array
  /** SSRC of the source heard last. */
  ssrcReceived: Uint32Array
  /** Changes of SSRC and restarts of a sequence; neither is loss. */
  sourceChanges: Uint32Array
  /** Packets from another address than the remote one. */
  unexpectedSource: Uint32Array
  /** Packets of an earlier stream or of the source before a change. */
  stalePackets: Uint32Array
  /** RTP and RTCP that is malformed. */
  malformed: Uint32Array
  /** SRTP and SRTCP whose tag or MKI is not of our keys. */
  packetsUnauthenticated: Uint32Array
  /** SRTP and SRTCP that came before, or too late for anybody to tell. */
  packetsReplayed: Uint32Array
  dtmfDigits: Uint32Array
  rtcpSent: Uint32Array
  rtcpReceived: Uint32Array
  roundTrips: Uint32Array
  /** Expected less received. */
  packetsLost: Float64Array
  /** RFC 3550 A.8 as it stands now. */
  jitterMs: Float64Array
  /** Mean of RFC 3550 A.8 over the packets of the stream. */
  jitterMeanMs: Float64Array
  jitterMaxMs: Float64Array
  /** Longest interarrival time less the packet time. */
  longestGapMs: Float64Array
  firstPacketMs: Float64Array
  lastPacketMs: Float64Array
  roundTripMs: Float64Array
  /** What the far side reports of what we send: cumulative loss and jitter. */
  remoteLost: Float64Array
  remoteJitterMs: Float64Array

  constructor(capacity: number) {
    this.capacity = capacity
    this.active = new Uint32Array(capacity)
    this.packetsSent = new Uint32Array(capacity)
    this.octetsSent = new Uint32Array(capacity)
    this.sendsSkipped = new Uint32Array(capacity)
    this.packetsReceived = new Uint32Array(capacity)
    this.bytesReceived = new Uint32Array(capacity)
    this.packetsExpected = new Uint32Array(capacity)
    this.packetsReordered = new Uint32Array(capacity)
    this.packetsDuplicated = new Uint32Array(capacity)
    this.packetsLostAtStart = new Uint32Array(capacity)
    this.packetsDiscarded = new Uint32Array(capacity)
    this.ssrcReceived = new Uint32Array(capacity)
    this.sourceChanges = new Uint32Array(capacity)
    this.unexpectedSource = new Uint32Array(capacity)
    this.stalePackets = new Uint32Array(capacity)
    this.malformed = new Uint32Array(capacity)
    this.packetsUnauthenticated = new Uint32Array(capacity)
    this.packetsReplayed = new Uint32Array(capacity)
    this.dtmfDigits = new Uint32Array(capacity)
    this.rtcpSent = new Uint32Array(capacity)
    this.rtcpReceived = new Uint32Array(capacity)
    this.roundTrips = new Uint32Array(capacity)
    this.packetsLost = new Float64Array(capacity)
    this.jitterMs = new Float64Array(capacity)
    this.jitterMeanMs = new Float64Array(capacity)
    this.jitterMaxMs = new Float64Array(capacity)
    this.longestGapMs = new Float64Array(capacity)
    this.firstPacketMs = new Float64Array(capacity)
    this.lastPacketMs = new Float64Array(capacity)
    this.roundTripMs = new Float64Array(capacity)
    this.remoteLost = new Float64Array(capacity)
    this.remoteJitterMs = new Float64Array(capacity)
  }

  /** Makes room for more rows; those there are keep their numbers. */
  grow(capacity: number): void {
    const larger = new StatisticsTable(capacity)
    for (const name of columnNames(this)) larger[name].set(this[name])
    Object.assign(this, larger)
  }

  /** Nothing seen yet. */
  clearRow(row: number): void {
    for (const name of columnNames(this)) this[name][row] = this[name] instanceof Float64Array ? Number.NaN : 0
    this.packetsLost[row] = 0
  }
}

type ColumnName = Exclude<keyof StatisticsTable, 'capacity' | 'grow' | 'clearRow'>

const columnNames = (table: StatisticsTable): ColumnName[] =>
  (Object.keys(table) as (keyof StatisticsTable)[]).filter((name): name is ColumnName =>
    ArrayBuffer.isView(table[name]),
  )

/** The table for those who only read it. */
export type StatisticsView = Readonly<Omit<StatisticsTable, 'grow' | 'clearRow'>>
