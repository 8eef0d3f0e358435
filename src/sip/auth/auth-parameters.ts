/** A challenge or credentials: scheme and its parameters, names in lower case, values unquoted. */
export interface AuthParameters {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const parameter = /[ \t,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))[ \t]*(?=,|$)/gsy

/** Reads a WWW-Authenticate, Authorization or Authentication-Info value; undefined when it breaks the grammar. */
export function parseAuthParameters(value: string): AuthParameters | undefined {
  const start = /^\s*([^\s=,"]+)[ \t\r\n]+/.exec(value)
  if (!start?.[1]) return undefined
  const parameters = parseParameterList(value.slice(start[0].length))
  return parameters && { scheme: start[1].toLowerCase(), parameters }
}

/** Reads `name=value, ...` as in Authentication-Info, which has no scheme. The first of equal names wins. */
export function parseParameterList(text: string): Map<string, string> | undefined {
  const list = text.replace(/\r?\n[ \t]+/g, ' ').trim()
  const parameters = new Map<string, string>()
  parameter.lastIndex = 0
  while (parameter.lastIndex < list.length) {
    const match = parameter.exec(list)
    if (!match?.[1]) return undefined
    const name = match[1].toLowerCase()
    const value = match[2] === undefined ? (match[3] ?? '') : unescapeQuoted(match[2])
    if (!parameters.has(name)) parameters.set(name, value)
  }
  return parameters
}

const unescapeQuoted = (text: string): string => (text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text)

/** A quoted-string of RFC 3261 25.1: quote and backslash escaped. */
export const quote = (text: string): string =>
  text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`
