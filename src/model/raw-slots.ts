/** Slots that a raw message may use as `[slot]`; other words in brackets stay as they are. */
export const rawSlots = {
  local: 'address and port that it leaves from',
  local_ip: 'address that it leaves from',
  local_port: 'port that it leaves from',
  remote: 'address and port that it goes to',
  transport: 'UDP, TCP, TLS, WS or WSS',
  branch: 'a new branch (RFC 3261 8.1.1.7)',
  call_id: 'the Call-ID of this conversation',
  tag: 'our tag of this conversation',
  cseq: 'a number that grows with each request but ACK and CANCEL',
  len: 'the length of the body',
} as const
