import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { headerId, headerName } from '../../src/sip/message/header-table.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { latin1ToUtf8 } from '../../src/sip/message/wire.js'
import { callFlowMessages, tortureMessages } from '../sip/message/corpus.js'

interface DrachtioMessage {
  readonly method?: string
  readonly uri?: string
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
}
interface DrachtioAddress {
  readonly uri: string
  readonly params: Readonly<Record<string, string>>
}
type DrachtioParser = (data: { s: string; i: number }) => unknown
interface Drachtio {
  parseSipMessage(bytes: Buffer, lazy: boolean): DrachtioMessage | undefined
  getParser(name: string): DrachtioParser
}

const drachtio = createRequire(import.meta.url)('drachtio-srf/lib/sip-parser/parser.js') as Drachtio

/** What both parsers must agree on. */
interface Reading {
  readonly method: string
  readonly uri: string
  readonly status: number
  readonly callId: string
  readonly cseq: string
  readonly fromUri: string
  readonly fromTag: string
  readonly toUri: string
  readonly toTag: string
  /** Canonical names with the number of values where the field is a list of addresses or Vias. */
  readonly headers: string
}

const counted = ['via', 'contact', 'route', 'record-route']

function canonical(name: string): string {
  const id = headerId(name)
  return (id < 0 ? name : headerName(id)).toLowerCase()
}

const summary = (names: Iterable<string>, count: (name: string) => number): string =>
  [...new Set(names)]
    .sort()
    .map((name) => (counted.includes(name) ? `${name}*${count(name)}` : name))
    .join(' ')

function ownReading(bytes: Buffer): Reading {
  const message = SipMessage.parse(bytes)
  return {
    method: message.method,
    uri: message.requestUri,
    status: message.status,
    callId: message.callId,
    cseq: `${message.cseq} ${message.cseqMethod}`,
    fromUri: message.from.uri,
    fromTag: message.fromTag,
    toUri: message.to.uri,
    toTag: message.toTag,
    headers: summary(
      message.fields().map((field) => latin1ToUtf8(canonical(field.name))),
      (name) => message.list(name).length,
    ),
  }
}

function drachtioReading(bytes: Buffer): Reading {
  const message = drachtio.parseSipMessage(bytes, true)
  if (message === undefined) throw new Error('drachtio-srf cannot read the message')
  const values = new Map(Object.entries(message.headers).map(([name, value]) => [canonical(name), value]))
  const read = (name: string): unknown => drachtio.getParser(name)({ s: values.get(name) ?? '', i: 0 })
  const from = read('from') as DrachtioAddress
  const to = read('to') as DrachtioAddress
  const cseq = read('cseq') as { seq: number; method: string }
  return {
    method: message.method ?? '',
    uri: message.uri ?? '',
    status: message.status ?? 0,
    callId: values.get('call-id') ?? '',
    cseq: `${cseq.seq} ${cseq.method}`,
    fromUri: from.uri,
    fromTag: from.params.tag ?? '',
    toUri: to.uri,
    toTag: to.params.tag ?? '',
    headers: summary(values.keys(), (name) => (read(name) as unknown[]).length),
  }
}

/** Where drachtio-srf reads otherwise: what differs, and why. */
const exceptions: Readonly<Record<string, { readonly differs: readonly string[]; readonly reason: string }>> = {
  esc02: {
    differs: ['method', 'cseq', 'headers'],
    reason: 'it unescapes methods and header names, against RFC 4475 3.1.1.5',
  },
  longreq: { differs: ['headers'], reason: 'a Via without parameters swallows the Vias after it' },
  'mult-ip-in-header': { differs: ['headers'], reason: 'it cannot read an IPv6 reference in Via' },
  'ipv4-mapped-ipv6': { differs: ['headers'], reason: 'it cannot read an IPv6 reference in Via' },
  'rfc3428/0-04': { differs: ['fromTag'], reason: 'it stops at an empty parameter, an error of the RFC' },
  'rfc3666/2.3-05': { differs: ['toTag'], reason: 'it stops at a stray ">", an error of the RFC' },
  'rfc7118/8.2-06': { differs: ['unreadable'], reason: 'it throws at an empty list element, an error of the RFC' },
  'rfc6442/5.1-01': { differs: ['unreadable'], reason: 'it throws at SIPS/2.0 in Via, an error of the RFC' },
  'rfc6442/5.2-01': { differs: ['unreadable'], reason: 'it throws at SIPS/2.0 in Via, an error of the RFC' },
  'rfc8224/5.1-01': { differs: ['fromTag'], reason: 'it leaves out a stray ">" after the tag, an error of the RFC' },
}

const rows = [
  ...[...tortureMessages(4475), ...tortureMessages(5118)].filter((row) => row.accept),
  ...callFlowMessages()
    .filter((row) => row.complete)
    .map((row) => ({ name: row.id, bytes: Buffer.from(row.text, 'latin1') })),
]

/** Names of what differs. */
function difference(bytes: Buffer): string[] {
  const own = ownReading(bytes)
  let other: Reading
  try {
    other = drachtioReading(bytes)
  } catch {
    return ['unreadable']
  }
  const keys = Object.keys(own) as (keyof Reading)[]
  return keys.filter((key) => own[key] !== other[key])
}

describe("drachtio-srf's parser as an independent witness", () => {
  it('has more than 900 messages to read', () => expect(rows.length).toBeGreaterThan(900))

  it('reads every message as ours does, but for the listed exceptions', () => {
    const differing = rows.flatMap((row) => {
      const differs = difference(row.bytes)
      return differs.length === 0 ? [] : [[row.name, differs] as const]
    })
    const listed = Object.entries(exceptions).map(([name, { differs }]) => [name, differs])
    expect(Object.fromEntries(differing)).toEqual(Object.fromEntries(listed))
  })
})
