/** Classes of octets in the grammar of RFC 3261 25.1, as bits so that a scan is one look-up per character. */
export const charClass = {
  token: 1,
  whiteSpace: 2,
  digit: 4,
  /** unreserved and user-unreserved, `%` for escapes. */
  user: 16,
  /** unreserved, `&=+$,` and `%`. */
  password: 32,
  /** unreserved, param-unreserved and `%`. */
  uriParam: 64,
  /** unreserved, hnv-unreserved and `%`. */
  uriHeader: 128,
  /** `word` of Call-ID. */
  word: 256,
  /** Characters of a host name; `_` is not of the grammar but names in the wild have it. */
  hostName: 512,
  upperCase: 1024,
} as const

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const mark = "-_.!~*'()"
const members: Readonly<Record<keyof typeof charClass, string>> = {
  token: `${alphanumeric}-.!%*_+\`'~`,
  whiteSpace: ' \t\r\n',
  digit: '0123456789',
  user: `${alphanumeric}${mark}&=+$,;?/%`,
  password: `${alphanumeric}${mark}&=+$,%`,
  uriParam: `${alphanumeric}${mark}[]/:&+$%`,
  uriHeader: `${alphanumeric}${mark}[]/?:+$%`,
  word: `${alphanumeric}-.!%*_+\`'~()<>:\\"/[]?{}`,
  hostName: `${alphanumeric}-._`,
  upperCase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
}

/** Classes of each latin1 character. */
export const classOf = new Uint16Array(256)
for (const [name, characters] of Object.entries(members)) {
  for (const character of characters) {
    const code = character.charCodeAt(0)
    classOf[code] = classOf[code]! | charClass[name as keyof typeof charClass]
  }
}

export const hasClass = (code: number, wanted: number): boolean => (classOf[code]! & wanted) !== 0

/** Whether every character of `text` is of the class; false for an empty text. */
export function isAll(text: string, wanted: number): boolean {
  for (let i = 0; i < text.length; i++) if (!hasClass(text.charCodeAt(i), wanted)) return false
  return text.length > 0
}

export const isToken = (text: string): boolean => isAll(text, charClass.token)
export const isDigits = (text: string): boolean => isAll(text, charClass.digit)

/** `text[start, end)` without white space at its ends. */
export function trimmed(text: string, start = 0, end = text.length): string {
  while (start < end && hasClass(text.charCodeAt(start), charClass.whiteSpace)) start++
  while (end > start && hasClass(text.charCodeAt(end - 1), charClass.whiteSpace)) end--
  return text.slice(start, end)
}

/** Index of the first character from `start` that is no white space. */
export function afterBlanks(text: string, start: number): number {
  let at = start
  while (at < text.length && hasClass(text.charCodeAt(at), charClass.whiteSpace)) at++
  return at
}

/** Index of the first character from `start` that is not of a token. */
export function afterToken(text: string, start: number): number {
  let at = start
  while (at < text.length && hasClass(text.charCodeAt(at), charClass.token)) at++
  return at
}

/** Lower case, without a copy when it is so already. */
export function lowerCase(text: string): string {
  for (let i = 0; i < text.length; i++) if (hasClass(text.charCodeAt(i), charClass.upperCase)) return text.toLowerCase()
  return text
}
