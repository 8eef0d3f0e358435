/**
 * Tables 2 and 3 of RFC 3261 20 with those of the RFCs that define later methods: what must and what must not stand in a
 * message, besides the fields that every message has.
 */

/** Mandatory in requests of RFC 3261's methods. */
export const mandatoryFields: Readonly<Record<string, readonly string[]>> = {
  INVITE: ['Contact'],
  SUBSCRIBE: ['Contact'],
  NOTIFY: ['Contact'],
  REFER: ['Contact'],
}

/** RFC 6665 8.2, RFC 3515 2.2, RFC 3262 7, RFC 3903 11: mandatory in requests of later methods. */
export const extensionFields: Readonly<Record<string, readonly string[]>> = {
  SUBSCRIBE: ['Event'],
  NOTIFY: ['Event', 'Subscription-State'],
  REFER: ['Refer-To'],
  PRACK: ['RAck'],
  PUBLISH: ['Event'],
}

/** RFC 6665 8.2, RFC 3903 11: mandatory in responses to a method. */
export function mandatoryInResponse(method: string, status: number): readonly string[] {
  if (status === 489) return ['Allow-Events']
  return status < 300 && (method === 'SUBSCRIBE' || method === 'PUBLISH') ? ['Expires'] : []
}

/** Not applicable in requests of a method. */
export const excludedFields: Readonly<Record<string, readonly string[]>> = {
  ACK: ['Expires', 'Accept', 'Accept-Encoding', 'Accept-Language', 'Subject', 'Reply-To', 'In-Reply-To', 'Alert-Info'],
  BYE: ['Contact', 'Expires', 'Subject', 'Reply-To', 'In-Reply-To', 'Alert-Info', 'Priority'],
  CANCEL: ['Contact', 'Expires', 'Content-Disposition', 'Subject', 'Alert-Info'],
  OPTIONS: ['Expires', 'Subject', 'In-Reply-To', 'Alert-Info', 'Priority'],
  REGISTER: ['Record-Route', 'Subject', 'In-Reply-To', 'Alert-Info', 'Priority', 'Reply-To'],
}

/** Response fields that no request has. */
export const excludedInRequests: readonly string[] = [
  'WWW-Authenticate',
  'Unsupported',
  'Min-Expires',
  'Authentication-Info',
  'Error-Info',
]

/** Request fields that no response has. */
export const excludedInResponses: readonly string[] = [
  'Max-Forwards',
  'Route',
  'Authorization',
  'Proxy-Authorization',
  'Proxy-Require',
  'Subject',
  'In-Reply-To',
  'Priority',
  'Refer-To',
  'RAck',
]

/** Fields that only some codes have. */
export const boundFields: readonly { readonly name: string; readonly statuses: readonly number[] }[] = [
  { name: 'Unsupported', statuses: [420] },
  { name: 'Min-Expires', statuses: [423] },
]
