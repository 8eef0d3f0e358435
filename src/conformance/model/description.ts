/** One `x=value` line of a session description. */
export interface DescriptionLine {
  readonly type: string
  readonly value: string
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

const directions: readonly string[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

/** Static payload types of RFC 3551 that SIP phones use, as an rtpmap would name them. */
const staticFormats: Readonly<Record<string, string>> = {
  0: 'pcmu/8000',
  3: 'gsm/8000',
  4: 'g723/8000',
  8: 'pcma/8000',
  9: 'g722/8000',
  13: 'cn/8000',
  15: 'g728/8000',
  18: 'g729/8000',
  26: 'jpeg/90000',
  31: 'h261/90000',
  34: 'h263/90000',
}

/** One `m=` line with the lines below it. */
export class MediaDescription {
  readonly media: string
  readonly port: number
  readonly protocol: string
  readonly formats: readonly string[]
  readonly lines: readonly DescriptionLine[]
  readonly #session: Description

  constructor(value: string, lines: readonly DescriptionLine[], session: Description) {
    const [media = '', port = '', protocol = '', ...formats] = value.split(' ')
    this.media = media
    this.port = /^\d+(\/\d+)?$/.test(port) ? Number.parseInt(port, 10) : -1
    this.protocol = protocol
    this.formats = formats.filter((format) => format !== '')
    this.lines = lines
    this.#session = session
  }

  get isRtp(): boolean {
    return this.protocol.includes('RTP/')
  }

  /** Refused or not in use: port 0 without `a=bundle-only` (RFC 9143 6). */
  get isOff(): boolean {
    return this.port === 0 && this.attribute('bundle-only') === undefined
  }

  /** Value of the first `a=name`; '' for a flag. */
  attribute(name: string): string | undefined {
    return attributeOf(this.lines, name)
  }

  get direction(): Direction {
    return directionOf(this.lines) ?? directionOf(this.#session.lines) ?? 'sendrecv'
  }

  /** `c=` of the media or of the session. */
  get connection(): string | undefined {
    return (this.lines.find(isConnection) ?? this.#session.lines.find(isConnection))?.value
  }

  get host(): string {
    return this.connection?.split(' ')[2]?.split('/')[0] ?? ''
  }

  get isMulticast(): boolean {
    return /^(22[4-9]|23\d)\./.test(this.host) || /^ff/i.test(this.host)
  }

  /** Encoding of a payload type in lower case, such as `opus/48000/2`; undefined for a dynamic one without rtpmap. */
  encoding(format: string): string | undefined {
    for (const { type, value } of this.lines) {
      if (type !== 'a' || !value.startsWith(`rtpmap:${format} `)) continue
      return value.slice(`rtpmap:${format} `.length).trim().toLowerCase().replace(/\/1$/, '')
    }
    return staticFormats[format]
  }

  get encodings(): readonly string[] {
    return this.formats.map((format) => this.encoding(format) ?? `payload type ${format}`)
  }
}

const isConnection = (line: DescriptionLine): boolean => line.type === 'c'

function attributeOf(lines: readonly DescriptionLine[], name: string): string | undefined {
  const line = lines.find(({ type, value }) => type === 'a' && (value === name || value.startsWith(`${name}:`)))
  return line === undefined ? undefined : line.value.slice(name.length + 1)
}

const directionOf = (lines: readonly DescriptionLine[]): Direction | undefined =>
  lines.find(({ type, value }) => type === 'a' && directions.includes(value))?.value as Direction | undefined

/** `o=` taken apart (RFC 8866 5.2). */
export interface Origin {
  readonly user: string
  readonly sessionId: string
  readonly version: string
  /** Net type, address type and address. */
  readonly address: string
}

/** A session description over its text; reads any text and judges none. */
export class Description {
  readonly text: string
  /** Lines before the first `m=`. */
  readonly lines: readonly DescriptionLine[]
  readonly media: readonly MediaDescription[]
  /** Lines that are not of the form `x=value`. */
  readonly malformed: readonly string[]

  private constructor(text: string) {
    this.text = text
    const malformed: string[] = []
    const session: DescriptionLine[] = []
    const sections: { value: string; lines: DescriptionLine[] }[] = []
    for (const row of text.split(/\r\n|\n/)) {
      if (row === '') continue
      const type = row[0] ?? ''
      const value = row.slice(2)
      if (!/^[a-z]=/.test(row)) malformed.push(row)
      else if (type === 'm') sections.push({ value, lines: [] })
      else (sections.at(-1)?.lines ?? session).push({ type, value })
    }
    this.lines = session
    this.malformed = malformed
    this.media = sections.map(({ value, lines }) => new MediaDescription(value, lines, this))
  }

  static parse(text: string): Description {
    return new Description(text)
  }

  /** Values of the session's lines of one type. */
  values(type: string): readonly string[] {
    return this.lines.filter((line) => line.type === type).map(({ value }) => value)
  }

  get origin(): Origin | undefined {
    const parts = this.values('o')[0]?.split(' ')
    if (parts?.length !== 6) return undefined
    const [user = '', sessionId = '', version = '', ...address] = parts
    return { user, sessionId, version, address: address.join(' ') }
  }
}
