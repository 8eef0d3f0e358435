/** The head of an HTTP response, as text with its empty line. */
export const httpStatus = (head: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)

/** Every line of that field, as written. */
export const httpFields = (head: string, name: string): readonly string[] =>
  head
    .split('\r\n')
    .slice(1)
    .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    .map((line) => line.slice(name.length + 1).trim())

/** The values of a field that is a list. */
export const httpList = (head: string, name: string): readonly string[] =>
  httpFields(head, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '')

/** A request without the lines of that field. */
export const withoutField = (head: string, name: string): string =>
  head.replace(new RegExp(`^${name}:[^\\r]*\\r\\n`, 'gim'), '')

/** A request with one more line at its end. */
export const withField = (head: string, line: string): string => head.replace(/\r\n\r\n$/, `\r\n${line}\r\n\r\n`)
