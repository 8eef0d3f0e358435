/** The audio of a session description: where its author wants to receive, and what the payload types mean. */
export interface MediaDescription {
  readonly host: string
  readonly port: number
  readonly formats: ReadonlyMap<number, MediaFormat>
  /** RTP/SAVP and the like: payloads are encrypted. */
  readonly encrypted: boolean
  readonly sends: boolean
  readonly receives: boolean
}

export interface MediaFormat {
  readonly name: string
  readonly clockRate: number
}

/** RFC 3551 6, what carries audio. */
const staticFormats: Readonly<Record<number, readonly [name: string, clockRate: number]>> = {
  0: ['PCMU', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  5: ['DVI4', 8000],
  6: ['DVI4', 16_000],
  7: ['LPC', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  10: ['L16', 44_100],
  11: ['L16', 44_100],
  12: ['QCELP', 8000],
  13: ['CN', 8000],
  15: ['G728', 8000],
  16: ['DVI4', 11_025],
  17: ['DVI4', 22_050],
  18: ['G729', 8000],
}

export function staticFormat(payloadType: number): MediaFormat | undefined {
  const [name, clockRate] = staticFormats[payloadType] ?? []
  return name === undefined || clockRate === undefined ? undefined : { name, clockRate }
}

const audioLine = /^m=audio (\d+)(?:\/\d+)? (\S+)/

/** A text that does not hold on to the message that it was cut from. */
export function ownText(text: string): string
export function ownText(text: string | undefined): string | undefined
export function ownText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'latin1').toString('latin1')
}

/** Every audio section of a body, lenient: rules judge session descriptions, here only addresses are wanted. */
export function audioDescriptions(body: string): MediaDescription[] {
  let found: MediaDescription[] = []
  let at = sectionAt(body, 0)
  const session = at < 0 ? '' : body.slice(0, at)
  while (at >= 0) {
    const next = sectionAt(body, at + 1)
    if (body.startsWith('m=audio ', at)) {
      const description = describe(next < 0 ? body.slice(at) : body.slice(at, next), session)
      // Nearly all have one section of audio, and are kept as long as their call.
      if (description !== undefined) found = found.length === 0 ? [description] : [...found, description]
    }
    at = next
  }
  return found
}

/** Where the next m= line begins; -1 when there is none. */
function sectionAt(body: string, from: number): number {
  if (from === 0 && body.startsWith('m=')) return 0
  const lineAt = body.indexOf('\nm=', Math.max(0, from - 1))
  return lineAt < 0 ? -1 : lineAt + 1
}

function describe(section: string, session: string): MediaDescription | undefined {
  const [line = '', port, profile = ''] = audioLine.exec(section) ?? []
  if (port === undefined) return undefined
  const rest = known(section.slice(line.length))
  const host = rest.host ?? known(session).host
  if (host === undefined) return undefined
  const direction = rest.direction ?? known(session).direction ?? 'sendrecv'
  return {
    host,
    port: Number(port),
    formats: rest.formats,
    encrypted: profile.includes('SAVP'),
    sends: direction === 'sendrecv' || direction === 'sendonly',
    receives: direction === 'sendrecv' || direction === 'recvonly',
  }
}

/** What the lines below an m= line tell, or those of the session. */
interface Lines {
  readonly host: string | undefined
  readonly direction: string | undefined
  readonly formats: ReadonlyMap<number, MediaFormat>
}

/** Phones describe the same again and again: what is known of it is shared by all calls. */
const knownLines = new Map<string, Lines>()
const mostKnown = 2000
const longestKnown = 1000

function known(text: string): Lines {
  // The o= line of a session differs in each.
  const key = text.startsWith('v=0') ? text.slice(Math.max(0, text.indexOf('\ns='))) : text
  const shared = knownLines.get(key)
  if (shared !== undefined) return shared
  const lines = {
    host: ownText(/(?:^|\n)c=IN \S+ ([^/\s]+)/.exec(key)?.[1]),
    direction: ownText(/(?:^|\n)a=(sendrecv|sendonly|recvonly|inactive)\r?(?:\n|$)/.exec(key)?.[1]),
    formats: formatsOf(key),
  }
  if (knownLines.size >= mostKnown) knownLines.clear()
  if (key.length <= longestKnown) knownLines.set(ownText(key), lines)
  return lines
}

function formatsOf(text: string): Map<number, MediaFormat> {
  const formats = new Map<number, MediaFormat>()
  for (const [, payloadType, name = '', clockRate] of text.matchAll(/\na=rtpmap:(\d+) ([^/ \r\n]+)\/(\d+)/g))
    formats.set(Number(payloadType), { name: ownText(name), clockRate: Number(clockRate) })
  return formats
}
