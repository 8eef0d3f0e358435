import { readFileSync } from 'node:fs'
import type { Reading } from './reading.js'
import type { Path } from './yaml-document.js'

export type Row = Readonly<Record<string, string>>

interface CsvRecord {
  readonly fields: readonly string[]
  readonly line: number
}

/** RFC 4180 records; the separator is the comma, or the semicolon when the first line has only those. */
function parseRecords(text: string, separator: string): CsvRecord[] {
  const records: CsvRecord[] = []
  let fields: string[] = []
  let field = ''
  let quoted = false
  let line = 1
  let startLine = 1
  const endRecord = () => {
    fields.push(field)
    if (fields.length > 1 || fields[0]?.trim() !== '') records.push({ fields, line: startLine })
    fields = []
    field = ''
  }
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? ''
    if (character === '\n') line++
    if (quoted) {
      if (character !== '"') field += character
      else if (text[i + 1] === '"') field += text[++i] ?? ''
      else quoted = false
    } else if (character === '"' && field === '') quoted = true
    else if (character === separator) {
      fields.push(field)
      field = ''
    } else if (character === '\n') {
      endRecord()
      startLine = line
    } else if (character !== '\r') field += character
  }
  if (field !== '' || fields.length > 0) endRecord()
  return records
}

const columnName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The rows of a CSV file by column; its first line names the columns. */
export function readCsv(file: string, name: string, path: Path, reading: Reading): Row[] {
  const before = reading.problems.length
  const wrong = (line: number, text: string) => reading.problemAt({ file, line, column: 1 }, text)
  let text: string
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    reading.problem(path, `"${name}" cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, {
      code: 'scenario/unreadable',
    })
    return []
  }
  const firstLine = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'))
  const [head, ...rows] = parseRecords(text, !firstLine.includes(',') && firstLine.includes(';') ? ';' : ',')
  const columns = head?.fields.map((field) => field.trim()) ?? []
  for (const [i, column] of columns.entries()) {
    if (!columnName.test(column)) wrong(1, `"${column}" is not a column name`)
    else if (columns.indexOf(column) !== i) wrong(1, `the column "${column}" is named twice`)
    else if (column === 'n' || Object.hasOwn(reading.inputs, column)) {
      wrong(1, `the column "${column}" has the name of ${column === 'n' ? "the agent's number" : 'an input'}`)
    }
  }
  for (const { fields, line } of rows) {
    if (fields.length !== columns.length)
      wrong(line, `${fields.length} fields where ${columns.length} columns are named`)
  }
  if (rows.length === 0) reading.problem(path, `"${name}" has no rows below its line of column names`)
  if (reading.problems.length > before) return []
  return rows.map(({ fields }) => Object.fromEntries(columns.map((column, i) => [column, (fields[i] ?? '').trim()])))
}
