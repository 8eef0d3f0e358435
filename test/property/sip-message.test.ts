import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChallenge, writeChallenge } from '../../src/sip/message/auth-params.js'
import { splitList } from '../../src/sip/message/list.js'
import { writeMessage } from '../../src/sip/message/message-text.js'
import { parseNameAddr, writeNameAddr } from '../../src/sip/message/name-addr.js'
import { SipMessage } from '../../src/sip/message/sip-message.js'
import { escapeUser, parseUri, unescapeUri, uriParam, writeUri } from '../../src/sip/message/uri.js'
import { sameUri } from '../../src/sip/message/uri-comparison.js'
import { parseVia, writeVia } from '../../src/sip/message/via.js'
import { fromWire, latin1ToUtf8, toWire, utf8ToLatin1 } from '../../src/sip/message/wire.js'
import { body, branch, callId, display, headerParams, method, otherFields, token, uri, via } from './sip-arbitraries.js'

const writtenVia = via.map((each) => writeVia({ ...each, params: new Map([['branch', each.branch], ...each.params]) }))
const address = fc.record({ display, uri: uri.map(writeUri), params: headerParams })

const message = fc
  .record({
    method,
    uri: uri.map((each) => writeUri({ ...each, headers: new Map() })),
    status: fc.option(fc.integer({ min: 100, max: 699 }), { nil: undefined }),
    vias: fc.array(writtenVia, { minLength: 1, maxLength: 3 }),
    from: address,
    to: address,
    fromTag: token,
    toTag: token,
    callId,
    cseq: fc.integer({ min: 0, max: 0x7fff_ffff }),
    others: otherFields,
    body,
  })
  .map((parts) => {
    const tagged = (each: typeof parts.from, tag: string): string =>
      writeNameAddr({ ...each, params: new Map([['tag', tag], ...each.params]).set('tag', tag) })
    const once = new Set<string>()
    const others = parts.others.filter(({ name }) => {
      const key = name === 's' ? 'Subject' : name
      return name.startsWith('X-') || (!once.has(key) && once.add(key))
    })
    const fields = [
      ...parts.vias.map((value) => ({ name: 'Via', value })),
      { name: 'From', value: tagged(parts.from, parts.fromTag) },
      { name: 't', value: tagged(parts.to, parts.toTag) },
      { name: 'Call-ID', value: parts.callId },
      { name: 'CSEQ', value: `${parts.cseq} ${parts.method}` },
      { name: 'Max-Forwards', value: '70' },
      ...others,
      { name: 'Content-Length', value: String(parts.body.length) },
    ]
    const start = parts.status === undefined ? `${parts.method} ${parts.uri} SIP/2.0` : `SIP/2.0 ${parts.status} Why`
    return { ...parts, fields, start, text: writeMessage(start, fields, parts.body) }
  })

describe('every valid message', () => {
  it('is the same bytes after parse and write', () => {
    fc.assert(
      fc.property(message, ({ text }) => {
        const bytes = toWire(text)
        const parsed = SipMessage.parse(bytes)
        const written = toWire(writeMessage(parsed.startLine, parsed.fields(), parsed.bodyText))
        expect(written.equals(bytes)).toBe(true)
      }),
    )
  })

  it('gives back what it was written from', () => {
    fc.assert(
      fc.property(message, (model) => {
        const parsed = SipMessage.parse(toWire(model.text))
        expect([parsed.fromTag, parsed.toTag, parsed.callId, parsed.cseq, parsed.cseqMethod, parsed.bodyText]).toEqual([
          model.fromTag,
          model.toTag,
          model.callId,
          model.cseq,
          model.method,
          model.body,
        ])
        expect(parsed.fields().map(({ name, value }) => ({ name, value }))).toEqual(model.fields)
        expect(parsed.list('via')).toEqual(model.vias)
        expect([parsed.from.display, parsed.from.uri]).toEqual([model.from.display, model.from.uri])
        if (parsed.isRequest) expect([parsed.method, parsed.requestUri]).toEqual([model.method, model.uri])
        else expect(parsed.status).toBe(model.status)
      }),
    )
  })

  it('has no defects of grammar', () => {
    fc.assert(
      fc.property(message, ({ text }) => {
        const errors = SipMessage.parse(toWire(text)).defects.filter((defect) => defect.severity === 'error')
        expect(errors).toEqual([])
      }),
    )
  })
})

describe('round trips', () => {
  it('URI: write, parse, write', () => {
    fc.assert(
      fc.property(uri, (model) => {
        const text = writeUri(model)
        const parsed = parseUri(text)
        expect(parsed).toEqual(model)
        expect(parsed && writeUri(parsed)).toBe(text)
        expect(
          sameUri(
            text,
            text.toUpperCase().replace(/^SIPS?/, (scheme) => scheme.toLowerCase()),
          ),
        ).toBe(
          sameUri(
            text.toUpperCase().replace(/^SIPS?/, (scheme) => scheme.toLowerCase()),
            text,
          ),
        )
        for (const [name, value] of model.params) expect(uriParam(text, name)).toBe(value)
      }),
    )
  })

  it('user part: escape, unescape', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const user = escapeUser(utf8ToLatin1(text))
        expect(latin1ToUtf8(unescapeUri(user))).toBe(latin1ToUtf8(utf8ToLatin1(text)))
        expect(parseUri(`sip:x${user}@h`)?.host).toBe('h')
      }),
    )
  })

  it('name-addr: write, parse', () => {
    fc.assert(
      fc.property(address, (model) => {
        expect(parseNameAddr(writeNameAddr(model))).toEqual(model)
      }),
    )
  })

  it('name-addrs: write, split, parse', () => {
    fc.assert(
      fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), (models) => {
        const value = models.map(writeNameAddr).join(' , ')
        expect(splitList(value).map(parseNameAddr)).toEqual(models)
      }),
    )
  })

  it('Via: write, parse', () => {
    fc.assert(
      fc.property(via, branch, (model, tag) => {
        const params = new Map([...model.params]).set('branch', tag)
        const { transport, host, port, ...rest } = parseVia(writeVia({ ...model, params }))
        expect([transport, host, port, rest.branch, rest.params]).toEqual([
          model.transport,
          model.host,
          model.port,
          tag,
          params,
        ])
      }),
    )
  })

  it('challenge: write, parse', () => {
    const params = fc
      .array(fc.tuple(fc.constantFrom('realm', 'nonce', 'opaque', 'domain', 'qop'), display))
      .map((pairs) => new Map(pairs))
    fc.assert(
      fc.property(params, (model) => {
        fc.pre(model.size > 0)
        expect(parseChallenge(writeChallenge({ scheme: 'Digest', params: model }))?.params).toEqual(model)
      }),
    )
  })

  it('bytes: read as text, write', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect([...toWire(fromWire(bytes))]).toEqual([...bytes])
      }),
    )
  })
})

describe('any bytes', () => {
  it('can be parsed, and the field lines tile the head', () => {
    const soup = fc.array(
      fc.oneof(
        fc.constantFrom('\r\n', '\n', ' ', ':', 'Via: x', 'l: 3', 'SIP/2.0 ', '"', '<', ';', ','),
        fc.string({ maxLength: 5 }),
      ),
    )
    fc.assert(
      fc.property(soup, (parts) => {
        const bytes = toWire(parts.join(''))
        const parsed = SipMessage.parse(bytes)
        let end = parsed.head.startLineEnd
        for (const field of parsed.fields()) {
          expect(parsed.text.slice(end, field.start)).toMatch(/^\r?\n$/)
          end = field.end
        }
        expect(parsed.text.slice(end, parsed.head.bodyStart)).toMatch(/^(\r?\n){0,2}$/)
        expect(parsed.defects.length).toBeGreaterThan(0)
      }),
    )
  })
})
