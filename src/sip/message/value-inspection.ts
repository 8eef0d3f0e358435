import { parseAuthParams, parseChallenge } from './auth-params.js'
import { isDigits, isToken } from './char-class.js'
import { maxCseq, parseCseq } from './cseq.js'
import type { DefectCode, DefectList } from './defect.js'
import {
  addressFault,
  deltaSecondsFault,
  type Fault,
  isCallId,
  isSipDate,
  isViaStart,
  isWarning,
  mediaTypeFault,
  paramsFault,
} from './grammar.js'
import type { HeaderName } from './header-table.js'
import { splitList } from './list.js'
import { parseVia } from './via.js'

/** Looks at one field value that begins at `offset`. */
type Inspect = (value: string, offset: number, name: string, defects: DefectList) => void

const single =
  (code: DefectCode, fault: (value: string) => Fault): Inspect =>
  (value, offset, name, defects) => {
    const found = fault(value)
    if (found !== undefined) defects.add(code, offset, `${name} ${found}.`)
  }

const each =
  (code: DefectCode, fault: (value: string) => Fault): Inspect =>
  (value, offset, name, defects) => {
    for (const element of splitList(value)) {
      const found = element === '' ? 'has an empty list element' : fault(element)
      if (found !== undefined) defects.add(element === '' ? 'list' : code, offset, `${name} ${found}.`)
    }
  }

const unless =
  (holds: (value: string) => boolean, fault: string) =>
  (value: string): Fault =>
    holds(value) ? undefined : fault

const address = single('address', (value) => addressFault(value, false))
const addresses = each('address', (value) => addressFault(value, false))
/** RFC 3261 20.34: Route and its kin are always name-addr. */
const routes = each('address', (value) => addressFault(value, true))
const contacts: Inspect = (value, ...rest) => value !== '*' && addresses(value, ...rest)
const seconds = single('delta-seconds', (value) => deltaSecondsFault(value, false))
const secondsAndMore = single('delta-seconds', (value) => deltaSecondsFault(value, true))
const tokensOf = each('list', unless(isToken, 'has an element that is no token'))
/** `#( token )` lists that may be empty as a whole: Allow, Supported, Accept. */
const tokens: Inspect = (value, ...rest) => value !== '' && tokensOf(value, ...rest)
const elements = each('list', () => undefined)
const challenge = single(
  'credentials',
  unless((value) => parseChallenge(value) !== undefined, 'cannot be read'),
)

function inspectCseq(value: string, offset: number, _name: string, defects: DefectList): void {
  const cseq = parseCseq(value)
  if (cseq.number < 0 || cseq.number > maxCseq) defects.add('cseq', offset, 'CSeq has no number below 2**31.')
  if (!isToken(cseq.method)) defects.add('cseq', offset, 'CSeq has no method.')
}

function inspectVia(value: string, offset: number, name: string, defects: DefectList): void {
  for (const element of splitList(value)) {
    if (element === '') {
      defects.add('list', offset, `${name} has an empty list element.`)
      continue
    }
    const semicolonAt = element.indexOf(';')
    const start = semicolonAt < 0 ? element : element.slice(0, semicolonAt).trimEnd()
    const via = parseVia(element)
    if (!isViaStart(start) || via.host === '') defects.add('via', offset, 'Via has no protocol, transport and host.')
    else if (via.protocol.toUpperCase() !== 'SIP/2.0') defects.add('via-protocol', offset, 'Via has no SIP/2.0.')
    const fault = semicolonAt < 0 ? undefined : paramsFault(element, semicolonAt)
    if (fault !== undefined) defects.add('via', offset, `Via ${fault}.`)
    if (via.params.get('received')?.startsWith('[')) {
      // RFC 5118 4.5: senders must not, receivers should bear it.
      defects.add('received-brackets', offset, 'Via has brackets around the received address.')
    }
  }
}

/** For list fields without a grammar of their own here: no element may be empty. */
export const inspectList: Inspect = (value, ...rest) => value !== '' && elements(value, ...rest)

/** Fields whose values have a grammar that is looked at; others are text or lists of text. */
export const inspectors: Partial<Record<HeaderName, Inspect>> = {
  Via: inspectVia,
  From: address,
  To: address,
  CSeq: inspectCseq,
  'Call-ID': single('call-id', unless(isCallId, 'is not one word or two around "@"')),
  'Max-Forwards': single(
    'max-forwards',
    unless((value) => isDigits(value) && Number(value) <= 255, 'is no number from 0 to 255'),
  ),
  'Content-Length': single(
    'content-length',
    unless((value) => isDigits(value) && value.length <= 10, 'is no number'),
  ),
  'Content-Type': single('content-type', mediaTypeFault),
  Contact: contacts,
  Route: routes,
  'Record-Route': routes,
  Path: routes,
  'Service-Route': routes,
  'Reply-To': address,
  'Refer-To': address,
  'Referred-By': address,
  'P-Asserted-Identity': addresses,
  'P-Preferred-Identity': addresses,
  Expires: seconds,
  'Min-Expires': seconds,
  'Session-Expires': secondsAndMore,
  'Min-SE': secondsAndMore,
  'Retry-After': secondsAndMore,
  Allow: tokens,
  Supported: tokens,
  Require: tokens,
  'Proxy-Require': tokens,
  Unsupported: tokens,
  'Allow-Events': tokens,
  Date: single('date', unless(isSipDate, 'is no date in GMT')),
  Warning: each('warning-value', unless(isWarning, 'is not code, agent and quoted text')),
  'WWW-Authenticate': challenge,
  'Proxy-Authenticate': challenge,
  Authorization: challenge,
  'Proxy-Authorization': challenge,
  'Authentication-Info': single(
    'credentials',
    unless((value) => parseAuthParams(value) !== undefined, 'cannot be read'),
  ),
}
