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
export function audioDescriptions(body: Buffer): MediaDescription[] {
  if (!body.includes('m=audio ')) return []
  const lines = body.toString('latin1').split(/\r?\n/)
  const start = lines.indexOf('v=0')
  const sections = splitSections(lines.slice(Math.max(start, 0)))
  const session = sections[0] ?? []
  return sections.slice(1).flatMap((section) => describe(section, session) ?? [])
}

/** The session part, then one part for each m= line. */
function splitSections(lines: readonly string[]): string[][] {
  const sections: string[][] = [[]]
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push([])
    sections.at(-1)?.push(line)
  }
  return sections
}

function describe(section: readonly string[], session: readonly string[]): MediaDescription | undefined {
  const [, port, profile = ''] = audioLine.exec(section[0] ?? '') ?? []
  const connection = [...section, ...session].find((line) => line.startsWith('c=IN '))
  const host = connection?.split(' ')[2]?.split('/')[0]
  if (port === undefined || host === undefined) return undefined
  const direction = [...section, ...session].find((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))
  return {
    host: ownText(host),
    port: Number(port),
    formats: formatsOf(section),
    encrypted: profile.includes('SAVP'),
    sends: direction === undefined || direction === 'a=sendrecv' || direction === 'a=sendonly',
    receives: direction === undefined || direction === 'a=sendrecv' || direction === 'a=recvonly',
  }
}

function formatsOf(section: readonly string[]): Map<number, MediaFormat> {
  const formats = new Map<number, MediaFormat>()
  for (const line of section) {
    const [, payloadType, name = '', clockRate] = /^a=rtpmap:(\d+) ([^/ ]+)\/(\d+)/.exec(line) ?? []
    if (payloadType !== undefined)
      formats.set(Number(payloadType), { name: ownText(name), clockRate: Number(clockRate) })
  }
  return formats
}
