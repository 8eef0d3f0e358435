let last = 0

/** Channels are numbered through the process, whatever their transport. */
export const nextChannelId = (): number => ++last
