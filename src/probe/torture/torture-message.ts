import { compileTemplate } from '../../sip/message/template.js'
import { utf8ToLatin1 } from '../../sip/message/wire.js'
import type { Reactions } from './reactions.js'

const slots = ['user', 'domain', 'route', 'transport', 'sentBy', 'branch', 'unique'] as const

/**
 * What a message says of its surroundings, and what has to fit ours so that it is taken in and answered: user and host of
 * its Request-URI, host of its Route, the address of its top Via, and an infix that keeps the Call-ID of one run from that of another.
 */
export type Surroundings = Readonly<Record<(typeof slots)[number], string>>

export interface TortureMessage {
  /** As the RFC calls it. */
  readonly name: string
  /** Id in the catalogue. */
  readonly statement: string
  /** What it is, in a few words. */
  readonly title: string
  /** As the RFC has it. */
  readonly original: Surroundings
  readonly expects: Reactions
  /**
   * What can carry it as it is: `datagram`, where it is about the end of one; `message`, where a stream would not know
   * its end.
   */
  readonly carriedBy: 'datagram' | 'message' | 'anything'
  /** WebSocket: its body is no UTF-8. */
  readonly isBinary: boolean
  /** The message as it goes to the wire. */
  readonly write: (surroundings: Surroundings) => string
}

interface TortureText extends Pick<TortureMessage, 'name' | 'statement' | 'title' | 'expects'> {
  readonly original: Partial<Surroundings>
  readonly carriedBy?: TortureMessage['carriedBy']
  /** `[slot]` marks stand for the surroundings. */
  readonly text: string
  /** Latin1; follows the text. */
  readonly binary?: string
}

export function defineTorture(parts: TortureText): TortureMessage {
  const { name, statement, title, expects, original, carriedBy = 'anything', text, binary = '' } = parts
  const template = compileTemplate(utf8ToLatin1(text), slots)
  return {
    name,
    statement,
    title,
    original: { user: '', domain: '', route: '', transport: '', sentBy: '', branch: '', unique: '', ...original },
    expects,
    carriedBy,
    isBinary: binary !== '',
    write: (surroundings) => template.render(surroundings) + binary,
  }
}

/** The session description that most messages of RFC 4475 carry. */
export const offer = (host: string, { connection = host, start = 0 } = {}): string => `v=0
o=mhandley 29739 7272939 IN IP4 ${host}
s=-
c=IN IP4 ${connection}
t=${start} 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
`
