// What the benches of RTP have in common.
export const host = '127.0.0.1'
export const ptimeMs = 20
export const warmUpSeconds = 4
export const seconds = 8

/** A stream of plain RTP that does not send yet. */
export const plainSpec = (ssrc) => ({
  localHost: host,
  direction: 'bench',
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs,
  source: { kind: 'speech' },
  ssrc,
  cname: 'bench',
  sending: false,
  startMs: 0,
})
