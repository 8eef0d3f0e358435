/**
 * The text of a message out of its parts, as a proxy writes what it forwards. Nothing is added or counted: the fields
 * have the Content-Length, and names keep their case and form.
 */
export function writeMessage(
  startLine: string,
  fields: readonly { readonly name: string; readonly value: string }[],
  body = '',
): string {
  let text = `${startLine}\r\n`
  for (let i = 0; i < fields.length; i++) text += `${fields[i]!.name}: ${fields[i]!.value}\r\n`
  return `${text}\r\n${body}`
}
