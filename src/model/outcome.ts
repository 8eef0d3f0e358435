/** How one call ended. `established` is an answered call that ended as its flow meant it to. */
export const outcomes = [
  'completed', // answered and ended by a BYE that was answered
  'rejected', // final 3xx to 6xx
  'cancelled', // by our own CANCEL, as the flow asked
  'timeout', // no final response: Timer B or F, or the flow's own patience
  'transport', // connection refused, reset, not writable
  'dropped', // answered, and ended by the far side before the flow did
  'no-ack', // we answered and no ACK came (Timer H)
  'bye-failed', // answered, and our BYE found no 2xx
  'media', // answered, but offer/answer or media failed
  'unexpected', // a receive step met something else, or a condition failed
  'interrupted', // the run ended first
] as const

export type Outcome = (typeof outcomes)[number]
