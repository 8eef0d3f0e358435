import type { Direction } from '../model/instruction.js'

export const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly'

export const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly'

export function directionOf(send: boolean, receive: boolean): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly'
  return receive ? 'recvonly' : 'inactive'
}

/** RFC 3264 6.1: we send only what the offerer receives and receive only what it sends, within our own wish. */
export const answeredDirection = (offered: Direction, own: Direction): Direction =>
  directionOf(sends(own) && receives(offered), receives(own) && sends(offered))

/** Whether `answered` is an answer that `offered` allows (RFC 3264 6.1). */
export const directionAllowed = (offered: Direction, answered: Direction): boolean =>
  (!sends(answered) || receives(offered)) && (!receives(answered) || sends(offered))
