import { isUtf8 } from 'node:buffer'
import { isDigits, isToken } from './char-class.js'
import { type Defect, DefectList } from './defect.js'
import { uriFault } from './grammar.js'
import { at, fieldStride, type HeadIndex } from './head-index.js'
import type { HeaderField } from './header-field.js'
import { type HeaderName, headerId, headerName, isListHeader, isOnceHeader, unknownHeader } from './header-table.js'
import { parseUri } from './uri.js'
import { inspectList, inspectors } from './value-inspection.js'
import type { Via } from './via.js'

const magicCookie = 'z9hG4bK'
const mandatory: readonly HeaderName[] = ['Via', 'From', 'To', 'Call-ID', 'CSeq']

/** What an inspection reads of a message: the part of SipMessage that does not lead back here. */
export interface InspectedMessage {
  readonly bytes: Uint8Array
  readonly text: string
  readonly head: HeadIndex
  readonly startLine: string
  readonly isRequest: boolean
  readonly method: string
  readonly status: number
  readonly cseqMethod: string
  readonly fromTag: string
  readonly toTag: string
  readonly topVia: Via
  get(name: string): string | undefined
  has(name: string): boolean
  fields(): readonly HeaderField[]
}

/** Everything that is wrong with a message by itself; what depends on dialogs and transactions is not seen here. */
export function inspectMessage(message: InspectedMessage): readonly Defect[] {
  const defects = new DefectList()
  if (message.isRequest) inspectRequestLine(message, defects)
  else inspectStatusLine(message, defects)
  inspectHead(message, defects)
  inspectFields(message, defects)
  inspectPresence(message, defects)
  inspectBody(message, defects)
  return defects.defects.sort((a, b) => a.offset - b.offset)
}

function inspectRequestLine(message: InspectedMessage, defects: DefectList): void {
  const offset = message.head.startLineStart
  const words = message.startLine.split(' ')
  const [method = '', uri = '', version = ''] = words
  if (words.length !== 3 || !isToken(method) || uri === '' || !/^SIP\/\d+\.\d+$/i.test(version)) {
    defects.add('start-line', offset, 'The request line is not method, URI and version with one space between.')
    return
  }
  if (!/^SIP\/2\.0$/i.test(version)) defects.add('version', offset, `The version is ${version.slice(0, 20)}.`)
  const fault = uriFault(uri)
  if (fault !== undefined) defects.add('request-uri', offset, `The Request-URI ${fault}.`)
  // RFC 3261 19.1.1, table 1: a Request-URI has no headers.
  else if ((parseUri(uri)?.headers.size ?? 0) > 0) defects.add('request-uri', offset, 'The Request-URI has headers.')
}

function inspectStatusLine(message: InspectedMessage, defects: DefectList): void {
  const offset = message.head.startLineStart
  const match = /^(SIP\/\d+\.\d+) (\d+)( ?)/i.exec(message.startLine.slice(0, 400))
  if (match === null) {
    defects.add('start-line', offset, 'The status line is not version, code and reason with one space between.')
    return
  }
  const [, version = '', code = '', space] = match
  if (version.toUpperCase() !== 'SIP/2.0') defects.add('version', offset, `The version is ${version}.`)
  if (code.length !== 3 || Number(code) < 100 || Number(code) > 699) {
    defects.add('status', offset, `The status ${code.slice(0, 20)} is not from 100 to 699.`)
  }
  if (space === '') defects.add('reason-space', offset, 'The status line has no space after the code.')
}

function inspectHead(message: InspectedMessage, defects: DefectList): void {
  const { head, text } = message
  const headText = text.slice(0, head.bodyStart)
  if (!head.hasEmptyLine) defects.add('no-empty-line', head.bodyStart, 'No empty line ends the head.')
  if (head.bareLf) defects.add('bare-lf', head.startLineStart, 'Lines end in LF alone.')
  const bareCr = headText.search(/\r(?!\n)/)
  if (bareCr >= 0) defects.add('bare-cr', bareCr, 'A CR stands without LF.')
  const control = headText.search(/(?<!\\)[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/)
  if (control >= 0) defects.add('control', control, 'A control character stands in the head.')
  if (!isUtf8(message.bytes.subarray(0, head.bodyStart))) {
    defects.add('utf-8', head.startLineStart, 'The head is not UTF-8.')
  }
}

function inspectFields(message: InspectedMessage, defects: DefectList): void {
  const seen = new Set<number>()
  const fields = message.fields()
  fields.forEach((field, index) => {
    const id = message.head.fields[index * fieldStride + at.id] ?? unknownHeader
    if (message.head.fields[index * fieldStride + at.nameEnd] === -1) {
      defects.add('header-line', field.start, 'A header line has no colon.')
      return
    }
    if (!isToken(field.name)) defects.add('header-name', field.start, 'A header name is no token.')
    if (id === unknownHeader) return
    const name = headerName(id)
    if (isOnceHeader(id) && seen.has(id)) defects.add('repeated-header', field.start, `${name} stands more than once.`)
    seen.add(id)
    const inspect = inspectors[name] ?? (isListHeader(id) ? inspectList : undefined)
    inspect?.(field.value, field.start, name, defects)
  })
}

function inspectPresence(message: InspectedMessage, defects: DefectList): void {
  const end = message.head.bodyStart
  for (const name of mandatory) {
    if (!message.has(name)) defects.add('missing-header', end, `${name} is missing.`)
  }
  if (message.isRequest && !message.has('Max-Forwards')) {
    defects.add('missing-max-forwards', end, 'Max-Forwards is missing.')
  }
  const cseqMethod = message.cseqMethod
  if (message.isRequest && cseqMethod !== '' && cseqMethod !== message.method) {
    defects.add('cseq-method', startOf(message, 'CSeq'), 'CSeq has another method than the request.')
  }
  if (message.has('From') && message.fromTag === '') {
    defects.add('missing-tag', startOf(message, 'From'), 'From has no tag.')
  }
  if (message.status > 100 && message.has('To') && message.toTag === '') {
    defects.add('missing-tag', startOf(message, 'To'), 'To has no tag.')
  }
  const branch = message.topVia.branch
  if (message.has('Via') && (!branch.startsWith(magicCookie) || branch.length === magicCookie.length)) {
    defects.add('via-branch', startOf(message, 'Via'), 'The branch of the top Via is not unique after z9hG4bK.')
  }
}

function startOf(message: InspectedMessage, name: HeaderName): number {
  const id = headerId(name)
  for (let i = 0; i < message.head.fields.length; i += fieldStride) {
    if (message.head.fields[i + at.id] === id) return message.head.fields[i + at.start] ?? 0
  }
  return message.head.bodyStart
}

function inspectBody(message: InspectedMessage, defects: DefectList): void {
  const length = message.get('Content-Length')
  const start = message.head.bodyStart
  const present = message.bytes.length - start
  if (length === undefined || !isDigits(length)) return
  if (Number(length) > present)
    defects.add('body-short', start, `Content-Length is ${length.slice(0, 20)}, the body has ${present}.`)
  if (Number(length) < present)
    defects.add('body-surplus', start, `The body has ${present} bytes, Content-Length is ${length}.`)
}
