/** Which final responses to a torture message show what. What none of these names is deviating. */
export interface Reactions {
  /** What is expected, in one sentence. */
  readonly title: string
  readonly conforming: (status: number) => boolean
  /** Not what the RFC recommends, but what it allows. */
  readonly lenient?: (status: number) => boolean
  /** Statuses that show that the target never came to the point. */
  readonly before?: (status: number) => boolean
  /** Its Request-URI names a place that is not the target, which may go there without an answer. */
  readonly leadsAway?: true
  /** A stream may be closed without an answer. */
  readonly mayClose?: true
  /** It is a response: whatever comes back is too much. */
  readonly isResponse?: true
  /** Only one answer may come: what stands behind the message is none. */
  readonly once?: true
}

const among =
  (...statuses: readonly number[]) =>
  (status: number): boolean =>
    statuses.includes(status)

/** Statuses that call a message malformed, too long or impossible, or its receiver broken. */
const complaints = among(400, 413, 414, 416, 500, 505, 513)

/** Whatever a server makes of a message that it could read. */
const processed = (status: number): boolean => status >= 100 && !complaints(status)

/** Nobody is there, or credentials come first. */
const elsewhere = among(401, 403, 404, 407, 408, 478, 480, 481, 484, 603, 604)

const readable = 'It is well-formed and is answered as such.'

export const taken: Reactions = { title: readable, conforming: processed }

/** Where a proxy cannot reach that place, RFC 3261 16.7 makes it a 500. */
export const takenElsewhere: Reactions = {
  title: readable,
  conforming: (status) => processed(status) || status === 500,
  leadsAway: true,
}

export const takenOnce: Reactions = {
  title: 'It is answered as well-formed, and what follows it in its datagram is ignored.',
  conforming: processed,
  once: true,
}

export const takenUnlessLong: Reactions = {
  title: readable,
  conforming: processed,
  lenient: among(413, 414, 513),
}

export const notRegistered: Reactions = {
  title: 'A method is compared as it stands: escapes are none in it, so that it is not REGISTER.',
  conforming: (status) => processed(status) && status >= 300,
}

/** An unknown method: whether it is refused as such or as a contradiction is left open. */
export const unknownMethod: Reactions = {
  title: 'It is refused with 501 or 405, or with 400.',
  conforming: among(405, 501),
  lenient: among(400),
}

export const refused = (...statuses: readonly number[]): Reactions => ({
  title: `It is refused with ${statuses.join(' or ')}.`,
  conforming: among(...statuses),
})

export const refusedOrClosed = (status: number): Reactions => ({
  title: `It is refused with ${status}, and a stream may be closed.`,
  conforming: among(status),
  mayClose: true,
})

/** Malformed in a way that leaves no doubt of what was meant. */
export const refusedOrRead = (status: number): Reactions => ({
  title: `It is refused with ${status}, or read as it was meant.`,
  conforming: among(status),
  lenient: processed,
})

/** Both are right. */
export const refusedOrProcessed = (status: number): Reactions => ({
  title: `It is refused with ${status}, or answered as well-formed.`,
  conforming: (found) => found === status || processed(found),
})

/** By whom the request is for. */
export const refusedThere = (...statuses: readonly number[]): Reactions => ({
  title: `Whom it is for refuses it with ${statuses.join(' or ')}.`,
  conforming: among(...statuses),
  before: elsewhere,
})

export const unanswered: Reactions = {
  title: 'It answers nothing that was sent, and is dropped.',
  conforming: () => false,
  isResponse: true,
}
