/** The bytes of a message text: one latin1 character is one byte. */
export const toWire = (text: string): Buffer => Buffer.from(text, 'latin1')

/** A message as it goes over the wire: its bytes, or their latin1 view. A receiver may keep it, so nobody changes it. */
export type Wire = Uint8Array | string

export const toBytes = (wire: Wire): Uint8Array => (typeof wire === 'string' ? toWire(wire) : wire)

export const toText = (wire: Wire): string => (typeof wire === 'string' ? wire : fromWire(wire))

/** The latin1 view of bytes: one byte is one character. */
export const fromWire = (bytes: Uint8Array): string =>
  Buffer.isBuffer(bytes)
    ? bytes.toString('latin1')
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

const beyondAscii = /[^\u0000-\u007f]/

/**
 * Text from a person or a file as the latin1 view of its UTF-8 bytes (RFC 3261 7: messages are UTF-8). Plain ASCII is
 * copied too: a text that the engine stores in two bytes a character makes every message with it slow to write.
 */
export const utf8ToLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

/** The reverse of `utf8ToLatin1`, for showing; bytes that are not UTF-8 become U+FFFD. */
export const latin1ToUtf8 = (text: string): string =>
  beyondAscii.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text

/** A copy of a latin1 text: a part of a longer one would keep that whole text alive. */
export const ownCopy = (text: string): string => toWire(text).toString('latin1')

/** A text to be kept beside `kept`: a piece of that where it occurs there, which costs nothing, and else its own copy. */
export function keptWith(kept: string, text: string): string {
  const at = kept.indexOf(text)
  return at < 0 ? ownCopy(text) : kept.slice(at, at + text.length)
}
