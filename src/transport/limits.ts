/** A peer that leaves so much unread has stopped reading; queueing more would only use up memory. */
export const maxQueuedBytes = 1024 * 1024

/** Largest WebSocket message that is accepted. */
export const maxWebSocketBytes = 1024 * 1024

/** How long an orderly close may take before the handle is destroyed. */
export const closeLingerMs = 1000
