import type { Sighting } from '../capture/captured-message.js'
import type { ObservedMessage } from './model/observed-message.js'

/** Bytes that prove something: a part of what was seen. */
export interface Point {
  readonly sighting: Sighting
  /** All that was seen, as latin1 text. */
  readonly text: string
  /** Range within the text; equal when something is missing there. */
  readonly start: number
  readonly end: number
}

/** The first field line of that name, or `part` in one of them; the place where the head ends when there is none. */
export function at(message: ObservedMessage, name: string, part?: string): Point {
  const { sip, captured } = message
  const lower = name.toLowerCase()
  const lines = sip.fields().filter((field) => sameName(field.name, lower))
  const line = (part && lines.find(({ start, end }) => sip.text.slice(start, end).includes(part))) || lines[0]
  if (line === undefined)
    return { sighting: captured, text: sip.text, start: sip.head.bodyStart, end: sip.head.bodyStart }
  const partAt = part ? sip.text.slice(line.start, line.end).indexOf(part) : -1
  const start = partAt < 0 ? line.start : line.start + partAt
  return { sighting: captured, text: sip.text, start, end: partAt < 0 ? line.end : start + (part?.length ?? 0) }
}

const compactOf: Readonly<Record<string, string>> = {
  via: 'v',
  from: 'f',
  to: 't',
  'call-id': 'i',
  contact: 'm',
  'content-length': 'l',
  'content-type': 'c',
  supported: 'k',
}

const sameName = (written: string, lower: string): boolean => {
  const name = written.toLowerCase()
  return name === lower || name === compactOf[lower]
}

/** The start line, or `part` of it. */
export function startLine({ sip, captured }: ObservedMessage, part?: string): Point {
  const { startLineStart, startLineEnd } = sip.head
  const partAt = part ? sip.startLine.indexOf(part) : -1
  const start = partAt < 0 ? startLineStart : startLineStart + partAt
  return { sighting: captured, text: sip.text, start, end: partAt < 0 ? startLineEnd : start + (part?.length ?? 0) }
}

/** A line of the body that begins with `part`, or holds it; the body's first line otherwise. */
export function inBody({ sip, captured }: ObservedMessage, part = ''): Point {
  const from = sip.head.bodyStart
  const lineAt = sip.text.indexOf(`\n${part}`, from - 1)
  const found = lineAt >= 0 ? lineAt + 1 : sip.text.indexOf(part, from)
  const start = found < 0 ? from : found
  const lineEnd = sip.text.slice(start).search(/\r|\n|$/)
  return { sighting: captured, text: sip.text, start, end: start + lineEnd }
}

/** From an offset to the end of its line. */
export function offset({ sip, captured }: ObservedMessage, start: number): Point {
  const length = sip.text.slice(start).search(/\r|\n|$/)
  return { sighting: captured, text: sip.text, start, end: start + length }
}

/** Bytes that are no SIP message. */
export const inBytes = (sighting: Sighting, bytes: Buffer, part = ''): Point => {
  const text = bytes.toString('latin1')
  const start = Math.max(0, text.toLowerCase().indexOf(part.toLowerCase()))
  const length = text.slice(start).search(/\r|\n|$/)
  return { sighting, text, start, end: start + length }
}
