const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for element content and quoted attributes. Control characters have no place in either. */
export const esc = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)

/** A cell that is already markup, made by us. */
export interface Markup {
  readonly html: string
}

export type Content = string | Markup

export const markup = (html: string): Markup => ({ html })

const render = (content: Content): string => (typeof content === 'string' ? esc(content) : content.html)

export interface Column {
  readonly title: string
  /** Figures are right-aligned. */
  readonly figure?: boolean
}

/** A table that scrolls within itself when the page is narrow; empty when there are no rows. */
export function table(columns: readonly Column[], rows: readonly (readonly Content[])[]): string {
  if (rows.length === 0) return ''
  const kind = (column: number): string => (columns[column]?.figure === true ? ' class="figure"' : '')
  const head = columns.map(({ title }, column) => `<th scope="col"${kind(column)}>${esc(title)}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((cell, column) => `<td${kind(column)}>${render(cell)}</td>`).join('')}</tr>`)
    .join('\n')
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`
}

/** A part of the page; empty content gives no part. */
export const section = (id: string, title: string, content: string): string =>
  content === '' ? '' : `<section id="${id}"><h2>${esc(title)}</h2>\n${content}\n</section>`

export const details = (summary: Content, content: string): string =>
  content === '' ? '' : `<details><summary>${render(summary)}</summary>\n${content}\n</details>`

/** Text as it was written, line by line; descriptions of sessions end their lines with CRLF. */
export const verbatim = (text: string): string => `<pre>${esc(text.replace(/\r\n/g, '\n'))}</pre>`

/** JSON that cannot end the script element it stands in. */
export const scriptJson = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
