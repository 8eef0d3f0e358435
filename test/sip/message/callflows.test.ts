import { describe, expect, it } from 'vitest'
import { SipMessage } from '../../../src/sip/message/sip-message.js'
import { toWire } from '../../../src/sip/message/wire.js'
import { callFlowMessages } from './corpus.js'

const rows = callFlowMessages()
const parse = (text: string): SipMessage => SipMessage.parse(toWire(text))

describe('messages of call flows in RFCs', () => {
  it('are 910', () => expect(rows.length).toBe(910))

  it('have exactly the defects that are listed for each', () => {
    const differences = rows.flatMap((row) => {
      const found = [...new Set(parse(row.text).defects.map((defect) => defect.code))].sort()
      return found.join() === row.defects.join() ? [] : [{ id: row.id, found, listed: row.defects }]
    })
    expect(differences).toEqual([])
  })

  it('lack a mandatory field exactly when they are excerpts', () => {
    const odd = rows.filter((row) => row.complete === row.defects.includes('missing-header'))
    expect(odd.map((row) => row.id)).toEqual([])
  })

  it('give what routing needs, unless they are excerpts', () => {
    const unread = rows.filter((row) => {
      const message = parse(row.text)
      const startRead = message.isRequest ? message.method !== '' && message.requestUri !== '' : message.status >= 100
      const read = [message.callId, message.from.uri, message.to.uri, message.topVia.branch, message.topVia.host]
      return row.complete && !(startRead && message.cseq >= 0 && message.cseqMethod !== '' && read.every(Boolean))
    })
    expect(unread.map((row) => row.id)).toEqual([])
  })

  it('are tiled without gap by start line, field lines, empty line and body', () => {
    for (const row of rows) {
      const message = parse(row.text)
      const lines = message.fields().map((field) => row.text.slice(field.start, field.end))
      const rebuilt = [message.startLine, ...lines, '', row.text.slice(message.head.bodyStart)].join('\r\n')
      expect(rebuilt).toBe(row.text)
    }
  })
})
