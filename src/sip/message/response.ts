import { reasonPhrase } from './reason-phrase.js'
import type { SipMessage } from './sip-message.js'
import { writeStatusLine } from './start-line.js'

export interface ResponseOptions {
  /** Put on To when the request's To has none; ignored for 100 (RFC 3261 8.2.6.2). */
  readonly toTag?: string | undefined
  /** Further fields in order. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[] | undefined
  /** Whole field lines, each with its CRLF; written after `headers`. For texts that are prepared once. */
  readonly lines?: string | undefined
  readonly contentType?: string | undefined
  /** latin1. */
  readonly body?: string | undefined
}

/**
 * A response to `request` with the fields that RFC 3261 8.2.6.2 and 12.1.1 have copied: every Via (the top one
 * stamped when the request's source is known), Record-Route, From, To, Call-ID, CSeq, and Timestamp in 100.
 * An empty reason means the registered phrase.
 */
export function writeResponse(
  request: SipMessage,
  status: number,
  reason: string,
  options: ResponseOptions = {},
): string {
  let text = writeStatusLine(status, reason === '' ? reasonPhrase(status) : reason)
  text += viaLines(request)
  if (status > 100 && status < 300) text += lines('Record-Route', request.getAll('Record-Route'))
  const to = request.get('To') ?? ''
  const tag = status > 100 && options.toTag !== undefined && request.toTag === '' ? `;tag=${options.toTag}` : ''
  text += `From: ${request.get('From') ?? ''}\r\nTo: ${to}${tag}\r\n`
  text += `Call-ID: ${request.callId}\r\nCSeq: ${request.get('CSeq') ?? ''}\r\n`
  if (status === 100) text += lines('Timestamp', request.getAll('Timestamp'))
  for (const header of options.headers ?? []) text += `${header.name}: ${header.value}\r\n`
  if (options.lines !== undefined) text += options.lines
  const body = options.body ?? ''
  if (options.contentType !== undefined && body !== '') text += `Content-Type: ${options.contentType}\r\n`
  return `${text}Content-Length: ${body.length}\r\n\r\n${body}`
}

function viaLines(request: SipMessage): string {
  if (request.source === undefined) return lines('Via', request.getAll('Via'))
  const [, ...lower] = request.list('Via')
  return lines('Via', [request.topViaText, ...lower])
}

function lines(name: string, values: readonly string[]): string {
  let text = ''
  for (const value of values) text += `${name}: ${value}\r\n`
  return text
}
