import { createHash, randomBytes } from 'node:crypto'

export const token = (): string => randomBytes(6).toString('hex')
/** Header lines as one text, each ended by CRLF. */
export const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n`

/** Value of the first header of that name. */
export function header(message: string, name: string): string {
  return new RegExp(`^${name}[ \\t]*:[ \\t]*(.*?)\\r?$`, 'im').exec(message)?.[1] ?? ''
}

/** All header lines of that name, as written. */
export function headerLines(message: string, name: string): string[] {
  const head = message.split('\r\n\r\n')[0] ?? ''
  return head.split('\r\n').filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
}

export const status = (message: string): number => Number(/^SIP\/2\.0 (\d{3})/.exec(message)?.[1] ?? 0)

/** RFC 7616 3.4 with qop=auth. */
export function digest(challenge: string, method: string, uri: string, user: string, password: string): string {
  const parameter = (name: string): string => new RegExp(`${name}="?([^",]+)`, 'i').exec(challenge)?.[1] ?? ''
  const algorithm = parameter('algorithm') || 'MD5'
  const hash = (text: string): string =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const cnonce = token()
  const ha1 = hash(`${user}:${parameter('realm')}:${password}`)
  const response = hash(`${ha1}:${parameter('nonce')}:00000001:${cnonce}:auth:${hash(`${method}:${uri}`)}`)
  return [
    `Digest username="${user}", realm="${parameter('realm')}", nonce="${parameter('nonce')}", uri="${uri}"`,
    `response="${response}", algorithm=${algorithm}, cnonce="${cnonce}", nc=00000001, qop=auth`,
  ].join(', ')
}

export interface ResponseOptions {
  readonly toTag?: string
  readonly contact?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** A response to the request, as a UAS writes it (RFC 3261 8.2.6.2). */
export function respond(request: string, code: number, reason: string, options: ResponseOptions = {}): string {
  const to = header(request, 'To')
  const tag = options.toTag === undefined || to.includes(';tag=') ? '' : `;tag=${options.toTag}`
  const body = options.body ?? ''
  return (
    lines(
      `SIP/2.0 ${code} ${reason}`,
      ...headerLines(request, 'Via'),
      ...headerLines(request, 'Record-Route'),
      `From: ${header(request, 'From')}`,
      `To: ${to}${tag}`,
      `Call-ID: ${header(request, 'Call-ID')}`,
      `CSeq: ${header(request, 'CSeq')}`,
      ...(options.contact === undefined ? [] : [`Contact: <${options.contact}>`]),
      ...(options.headers ?? []),
      ...(body.startsWith('v=0') ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
    ) + body
  )
}
