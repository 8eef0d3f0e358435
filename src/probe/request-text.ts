/** A request before it is written. What is undefined or empty is left out. */
export interface RequestParts {
  readonly method: string
  readonly uri: string
  /** Whole Via values, the top one first. */
  readonly vias: readonly string[]
  readonly from: string
  readonly fromTag?: string | undefined
  readonly to: string
  readonly toTag?: string | undefined
  readonly callId: string
  readonly cseq: number
  readonly maxForwards?: number | undefined
  readonly routes?: readonly string[] | undefined
  /** Whole header value. */
  readonly contact?: string | undefined
  /** Whole further header lines without their ends. */
  readonly headers?: readonly string[] | undefined
  readonly contentType?: string | undefined
  readonly body?: string | undefined
}

/** The request as it goes to the wire. */
export function writeRequest(parts: RequestParts): string {
  const { method, uri, from, fromTag, to, toTag, callId, cseq, maxForwards, contact, contentType } = parts
  const body = parts.body ?? ''
  return [
    `${method} ${uri} SIP/2.0`,
    ...parts.vias.map((via) => `Via: ${via}`),
    ...(parts.routes ?? []).map((route) => `Route: ${route}`),
    ...(maxForwards === undefined ? [] : [`Max-Forwards: ${maxForwards}`]),
    `From: ${tagged(from, fromTag)}`,
    `To: ${tagged(to, toTag)}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(contact === undefined ? [] : [`Contact: ${contact}`]),
    ...(parts.headers ?? []),
    ...(body === '' ? [] : [`Content-Type: ${contentType ?? 'application/sdp'}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

const tagged = (value: string, tag: string | undefined): string =>
  tag === undefined || tag === '' ? value : `${value};tag=${tag}`
