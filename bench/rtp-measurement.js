// What all senders of bench/pacing.js have in common.
export const host = '127.0.0.1'
export const ptimeMs = 20
export const warmUpSeconds = 4
export const seconds = 8
