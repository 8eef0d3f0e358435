import type { CapturedHandshake } from '../../capture/captured-message.js'

/** The HTTP upgrade of one WebSocket connection (RFC 6455 4); the response may be missing yet. */
export interface Handshake {
  readonly request: CapturedHandshake
  readonly response: CapturedHandshake | undefined
}

/** The first line of an HTTP head. */
export const firstLine = ({ head }: CapturedHandshake): string => head.toString('latin1').split('\r\n', 1)[0] ?? ''

/** Values of an HTTP field in order, trimmed, one for each line. */
export function httpValues({ head }: CapturedHandshake, name: string): readonly string[] {
  const lower = `${name.toLowerCase()}:`
  return head
    .toString('latin1')
    .split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(lower))
    .map((line) => line.slice(lower.length).trim())
}

/** Comma-separated elements over all lines of a field. */
export const httpList = (half: CapturedHandshake, name: string): readonly string[] =>
  httpValues(half, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')

export const statusOf = (response: CapturedHandshake): number =>
  Number(/^HTTP\/\d\.\d (\d{3})/.exec(firstLine(response))?.[1])
