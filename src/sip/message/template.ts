type Piece = { readonly literal: string; readonly slot: string | undefined }

/** The slot that is computed: the length of the body. */
const lengthSlot = 'len'

/** A message text with slots. Values are latin1, as everything that goes to the wire. */
export interface MessageTemplate<Slot extends string = string> {
  readonly slots: readonly Slot[]
  render(values: Readonly<Record<Slot, string | number>>): string
}

/**
 * Compiles a message in which `[slot]` marks stand for values; brackets around any other word stay as they are, so
 * an IPv6 reference needs no escape. `[len]` in the head is the length of the body. Line ends become CRLF, and a text
 * without an empty line is a head and gets one.
 */
export function compileTemplate<const Slot extends string>(
  text: string,
  slotNames: readonly Slot[],
): MessageTemplate<Slot> {
  const withCrlf = text.replace(/\r?\n/g, '\r\n')
  const emptyLineAt = withCrlf.indexOf('\r\n\r\n')
  const head = emptyLineAt < 0 ? `${withCrlf.replace(/(\r\n)*$/, '')}\r\n\r\n` : withCrlf.slice(0, emptyLineAt + 4)
  const body = emptyLineAt < 0 ? '' : withCrlf.slice(emptyLineAt + 4)
  return new CompiledTemplate(slotNames, cut(head, [...slotNames, lengthSlot]), cut(body, slotNames))
}

class CompiledTemplate<Slot extends string> implements MessageTemplate<Slot> {
  readonly slots: readonly Slot[]
  readonly #head: readonly Piece[]
  readonly #body: readonly Piece[]

  constructor(slots: readonly Slot[], head: readonly Piece[], body: readonly Piece[]) {
    this.slots = slots
    this.#head = head
    this.#body = body
  }

  render(values: Readonly<Record<Slot, string | number>>): string {
    const body = join(this.#body, values, 0)
    return join(this.#head, values, body.length) + body
  }
}

function join(pieces: readonly Piece[], values: Readonly<Record<string, string | number>>, bodyLength: number): string {
  let text = ''
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!
    text += piece.literal
    if (piece.slot === undefined) continue
    text += piece.slot === lengthSlot ? bodyLength : values[piece.slot]
  }
  return text
}

/** Literals, each with the slot that follows it; the last piece has none. */
function cut(text: string, slots: readonly string[]): Piece[] {
  const pieces: Piece[] = []
  let literalStart = 0
  for (const match of text.matchAll(/\[([A-Za-z][\w-]*)\]/g)) {
    const slot = match[1] ?? ''
    if (!slots.includes(slot)) continue
    pieces.push({ literal: text.slice(literalStart, match.index), slot })
    literalStart = match.index + match[0].length
  }
  pieces.push({ literal: text.slice(literalStart), slot: undefined })
  return pieces
}
