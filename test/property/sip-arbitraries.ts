import fc from 'fast-check'
import { quoteString } from '../../src/sip/message/quoted.js'

const chars = (text: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...text), minLength, maxLength })

const letters = 'abcdefghijklmnopqrstuvwxyz'
const alphanumeric = `${letters}${letters.toUpperCase()}0123456789`

export const token = chars(`${alphanumeric}-.!%*_+\`'~`, 1, 12)
const lowerToken = chars(`${letters}0123456789-.!*_+`, 1, 10)
const hostName = chars(`${letters}0123456789`, 1, 8).map((label) => `${label}.example`)
const ipv6 = fc.constantFrom('::1', '2001:db8::9:1', '::ffff:192.0.2.1', 'fe80:0:0:0:1:2:3:4')
export const host = fc.oneof(hostName, fc.ipV4(), ipv6)
const port = fc.option(fc.integer({ min: 0, max: 65535 }), { nil: undefined })

/** A latin1 text with anything that a quoted string can hold, which is all but line ends. */
const quotable = fc.string({
  unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code === 10 || code === 13 ? 9 : code)),
  maxLength: 12,
})

const escapedText = chars(`${alphanumeric}-_.!~*'()&=+$,;?/`, 0, 10)
const uriText = fc
  .array(fc.oneof(chars(`${alphanumeric}-_.!~*'()[]/:+$`, 1, 6), fc.constantFrom('%20', '%40', '%00')), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(''))

const mapOf = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<Map<string, string>> =>
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => new Map(pairs))

export const headerParams = mapOf(lowerToken, fc.oneof(fc.constant(''), token, quotable.map(quoteString)))

export const uri = fc
  .record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: fc.oneof(
      fc.constant(''),
      chars(`${alphanumeric}-_.`, 1, 8),
      escapedText.map((text) => `a${text}`),
    ),
    host,
    port,
    params: mapOf(
      lowerToken.map((name) => name.replace(/[%+`']/g, 'x')),
      fc.oneof(fc.constant(''), uriText),
    ),
    headers: mapOf(chars(letters, 1, 6), uriText),
  })
  .chain((parts) =>
    fc.record({
      ...(Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, fc.constant(value)])) as {
        [K in keyof typeof parts]: fc.Arbitrary<(typeof parts)[K]>
      }),
      password: parts.user === '' ? fc.constant(undefined) : fc.option(chars(alphanumeric, 0, 4), { nil: undefined }),
    }),
  )

export const display = fc.oneof(
  fc.constant(''),
  quotable,
  fc.array(token, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
)
export const branch = token.map((text) => `z9hG4bK${text}`)
export const via = fc.record({
  transport: fc.constantFrom('UDP', 'TCP', 'TLS', 'WS', 'WSS'),
  host,
  port,
  branch,
  params: headerParams,
})

const unknownName = chars(letters, 1, 8).map((name) => `X-${name}`)
/** A value of a field that has no grammar of its own: text without line ends, not blank at its ends. */
const textValue = fc
  .string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 30 })
  .map((text) => text.trim())
export const otherFields = fc.array(
  fc.record({ name: fc.oneof(unknownName, fc.constantFrom('Subject', 's', 'User-Agent', 'Server')), value: textValue }),
  { maxLength: 5 },
)
export const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
export const callId = chars(`${alphanumeric}-.!%*_+~()<>:\\"/[]?{}`, 1, 16)
export const method = fc.oneof(fc.constantFrom('INVITE', 'ACK', 'BYE', 'OPTIONS'), token)
